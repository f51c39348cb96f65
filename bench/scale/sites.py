"""Where Sokhan runs. What was not measured on the machine of the run is marked as an assumption."""

from __future__ import annotations

from dataclasses import dataclass

from bench.scale.costs import Costs

MEGABIT = 1e6 / 8
_GPU_SPEEDUP = 20.0
"""Assumption: a training step of the base voice on a GPU beside one on two cores. No GPU was measured."""
_MONGO_WRITES = 2000.0
"""Assumption: acknowledged writes a second of a MongoDB replica set of three. No MongoDB was measured."""


@dataclass(frozen=True, slots=True)
class Site:
    """`synths`: sentences at once, over all pods. `line`: to the Hub, bytes a second. `store_writes`: a second.

    `shares_cores`: training takes the processors of speech. `settings`: what makes it so, by name.
    """

    name: str
    settings: str
    gateways: int
    synths: int
    trainers: int
    step: float
    downloads: int
    scanners: int
    line: float
    store_writes: float
    shares_cores: bool = False


def sites(costs: Costs) -> tuple[Site, ...]:
    """A sentence takes as long everywhere as measured; a synth has four cores for it where there are as many."""
    on_gpu, sqlite = costs.jobs.step / _GPU_SPEEDUP, 1 / costs.store.write
    return (
        Site(
            "laptop, 2 cores", "as shipped", 1, 1, 1, costs.jobs.step, 2, 2, 50 * MEGABIT, sqlite, shares_cores=True,
        ),
        Site("server, 16 cores, 1 GPU", "SOKHAN_SPEECH_THREADS=3", 1, 3, 1, on_gpu, 2, 2, 1000 * MEGABIT, sqlite),
        Site(
            "cluster, 8 nodes, 4 GPUs", "gateway ×2, synth ×8, trainer ×4, MongoDB, NATS ×3",
            2, 8, 4, on_gpu, 4, 4, 1000 * MEGABIT, _MONGO_WRITES,
        ),
        Site(
            "region, 60 nodes, 16 GPUs", "gateway ×8, synth ×64, trainer ×16, MongoDB, NATS ×3",
            8, 64, 16, on_gpu, 16, 16, 10_000 * MEGABIT, _MONGO_WRITES,
        ),
    )  # fmt: skip

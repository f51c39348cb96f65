"""The queue of training runs in the model and on the platform: the same arrivals, one slot."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bench.platform import percentile
from bench.scale.platform import MeasuredPlatform
from bench.scale.simulator import Simulation, Station

_GAP_S = 3.0
"""The mean of the times between two arrivals, which are exponential: the trainer is busy most of the time."""
_CONFIG = {"max_steps": 20, "step_seconds": 0.1, "evaluate_every": 20, "checkpoint_every": 20}
"""Of the recipe `toy`, which trains nothing: two seconds of steps."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Seconds that runs waited."""

    runs: int
    lone: float
    """A run that meets an empty queue, from its claim to its end."""
    real_mean: float
    real_p95: float
    model_mean: float
    model_p95: float


def compare_runs(built: MeasuredPlatform, runs: int) -> Queue:
    """Submit `runs` runs at random times; the model gets the same times and the length of a lone run."""
    rng = random.Random(5)
    lone = statistics.fmean(_ended(built, _submit(built, f"lone{number}"))[1] for number in range(2))
    submitted: list[tuple[str, float]] = []
    began = time.perf_counter()
    for number in range(runs):
        submitted.append((_submit(built, f"queued{number}"), time.perf_counter() - began))
        time.sleep(rng.expovariate(1 / _GAP_S))
    real = [_ended(built, run)[0] for run, _ in submitted]
    model = simulated_waits([at for _, at in submitted], lone)
    return Queue(
        runs, lone, statistics.fmean(real), percentile(real, 0.95), statistics.fmean(model), percentile(model, 0.95)
    )


def simulated_waits(arrivals: Sequence[float], service: float) -> list[float]:
    """The waits of customers that come at these times, at one server that takes `service` seconds for each."""
    simulation = Simulation()
    station = Station(simulation, 1)
    for at in arrivals:
        simulation.after(at, lambda: station.enter(lambda: service, lambda: None))
    simulation.run(arrivals[-1] + service * (len(arrivals) + 1))
    return station.waits


def _submit(built: MeasuredPlatform, name: str) -> str:
    body = {"recipe": "toy", "datasets": ["local/texts"], "config": _CONFIG, "name": name}
    with built.client() as client:
        return str(client.post("/api/training", json=body, timeout=60).raise_for_status().json()["data"]["id"])


def _ended(built: MeasuredPlatform, run: str) -> tuple[float, float]:
    """Seconds from its acceptance to its claim, and from there to its end."""
    done = built.wait_job(f"/api/training/{run}", 180)
    assert done["state"] == "completed", done
    created, started, finished = (
        datetime.fromisoformat(str(done[f])) for f in ("createdAt", "startedAt", "finishedAt")
    )
    return (started - created).total_seconds(), (finished - started).total_seconds()

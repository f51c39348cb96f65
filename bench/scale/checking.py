"""The model beside the real platform: the same users, who listen to a sentence, pause, and ask for the next."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import httpx2

from bench.platform import percentile
from bench.scale.costs import SentenceCosts
from bench.scale.measuring_work import SENTENCES, server
from bench.scale.platform import MeasuredPlatform
from bench.scale.simulator import Simulation, Station
from bench.speech_clients import listen

USERS = (1, 2, 4, 8)
PAUSE_S = 1.0
"""The mean of a user's pauses, which are exponential: eight users keep the synth of a small machine busy."""
_REPEATS = 100
_SYNTHESIS, _FIRST = "sokhan_speech_synthesis_duration_seconds", "sokhan_speech_first_audio_duration_seconds"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Response times and the mean wait in seconds, sentences a second."""

    p50: float
    p95: float
    wait: float
    rate: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """`low`, `high`: between them are nine of ten simulated runs of the same length, for each figure of `Outcome`.

    `computing`: the mean computing time of a sentence on the platform in this run, seconds.
    """

    users: int
    computing: float
    real: Outcome
    model: Outcome
    low: Outcome
    high: Outcome


def compare(built: MeasuredPlatform, costs: SentenceCosts, seconds: float) -> list[Comparison]:
    """The same load on both, for so long with each number of users.

    The model gets the computing times of the very run: on a machine with other work they change from minute to minute,
    and what is to be checked are the waits that follow from them.
    """
    found = []
    for users in USERS:
        real, computing = asyncio.run(_on_platform(built, costs, users, seconds))
        factor = computing / statistics.fmean(costs.alone)
        times = tuple(each * factor for each in costs.alone)
        beside = replace(costs, alone=times, crowded=times)
        runs = [simulated(beside, users, seconds, seed) for seed in range(_REPEATS)]
        model, low, high = (_each(runs, share) for share in (0.5, 0.05, 0.95))
        found.append(Comparison(users, computing, real, model, low, high))
    return found


def simulated(costs: SentenceCosts, users: int, seconds: float, seed: int) -> Outcome:
    """One run of the model: the gateway and the synth are stations of one server each."""
    rng, simulation = random.Random(seed), Simulation()
    gateway, synth = Station(simulation, 1), Station(simulation, 1)
    taken: list[float] = []

    def computing() -> float:
        return rng.choice(costs.crowded if synth.present > 1 else costs.alone)

    def speak() -> None:
        came = simulation.now

        def end() -> None:
            taken.append(simulation.now - came + costs.around)
            simulation.after(costs.around + rng.expovariate(1 / PAUSE_S), speak)

        gateway.enter(lambda: costs.gateway_cpu, lambda: synth.enter(computing, end))

    for _ in range(users):
        simulation.after(rng.expovariate(1 / PAUSE_S), speak)
    simulation.run(seconds)
    return _outcome(taken, statistics.fmean(synth.waits or [0.0]), seconds)


async def _on_platform(
    built: MeasuredPlatform, costs: SentenceCosts, users: int, seconds: float
) -> tuple[Outcome, float]:
    """What the users saw, and the mean computing time of a sentence.

    The mean wait is the synth's: request to first audio, less the computing time and what a lone request takes.
    """
    rng = random.Random(users)
    taken: list[float] = []
    before = _totals(built)
    limits = httpx2.Limits(max_connections=users)
    async with httpx2.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:
        began = time.perf_counter()

        async def one() -> None:
            while True:
                await asyncio.sleep(rng.expovariate(1 / PAUSE_S))
                if taken and time.perf_counter() - began > seconds:  # without a sentence there is nothing to compare
                    return
                taken.append((await listen(server(built, costs.voice), client, rng.choice(SENTENCES))).whole)

        await asyncio.gather(*(one() for _ in range(users)))
    computing, first, count = (now - was for now, was in zip(_totals(built), before, strict=True))
    wait = max(0.0, (first - computing) / count - costs.before_audio)
    return _outcome(taken, wait, seconds), computing / count


def _totals(built: MeasuredPlatform) -> tuple[float, float, float]:
    """Of all sentences so far: computing time, time to the first audio, and how many."""
    return (
        built.metric("synth", f"{_SYNTHESIS}_sum"),
        built.metric("synth", f"{_FIRST}_sum"),
        built.metric("synth", f"{_FIRST}_count"),
    )


def _outcome(taken: Sequence[float], wait: float, seconds: float) -> Outcome:
    taken = taken or [0.0]
    return Outcome(percentile(taken, 0.5), percentile(taken, 0.95), wait, len(taken) / seconds)


def _each(runs: Sequence[Outcome], share: float) -> Outcome:
    """A percentile of each figure over the runs."""
    return Outcome(
        *(percentile([getattr(run, name) for run in runs], share) for name in ("p50", "p95", "wait", "rate"))
    )

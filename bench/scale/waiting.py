"""How long sentences, runs and downloads wait: simulated busy hours, and weeks of jobs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from bench.scale.capacity import run_seconds, utilisation
from bench.scale.costs import Costs
from bench.scale.simulator import Simulation, Station, arrivals
from bench.scale.sites import Site
from bench.scale.users import HOUR_S, WEEK_S, WORKING_DAYS, WORKING_HOURS, User

_SENTENCES = 2000
"""Enough for a 95th percentile to within some percent; a busy hour is prolonged for few users."""
_RUNS = 400
_OVERLOADED = 0.98
DAY_S = 24 * HOUR_S


@dataclass(frozen=True, slots=True)
class Waits:
    """95th percentiles in seconds; None where the queue grows for as long as the load lasts."""

    sentence: float | None
    answered: float | None
    run: float | None
    download: float | None


def waits(costs: Costs, site: Site, user: User, users: int, seed: int = 1) -> Waits:
    """`sentence`: until it is computed; `answered`: until the whole answer; `run`, `download`: until they begin."""
    busy = utilisation(costs, site, user, users)
    rng = random.Random(seed)
    sentence = answered = run = download = None
    if max(busy["synth"], busy["gateway"]) < _OVERLOADED:
        sentence, answered = _busy_hour(costs, site, user, users, min(1.0, busy["trainer"]), rng)
    if busy["trainer"] < _OVERLOADED:
        run = _week(rng, site.trainers, users * user.runs_a_week, run_seconds(costs, site, user))
    if busy["downloader's line"] < _OVERLOADED:
        at_line = user.download_bytes * site.downloads / site.line
        download = _week(rng, site.downloads, users * user.downloads_a_week, at_line)
    return Waits(sentence, answered, run, download)


def _busy_hour(
    costs: Costs, site: Site, user: User, users: int, training: float, rng: random.Random
) -> tuple[float, float]:
    """The waits of sentences and their response times. `training`: the share of time in which a run takes cores."""
    simulation = Simulation()
    gateway, synth = Station(simulation, site.gateways), Station(simulation, site.synths)
    rate = users * user.busy_hour(user.sentences_a_day)
    answered: list[float] = []
    slowed = _Slowed(simulation, rng, training if site.shares_cores else 0.0, run_seconds(costs, site, user))

    def computing() -> float:
        times = costs.sentence.crowded if synth.present > 1 else costs.sentence.alone
        return rng.choice(times) * (costs.jobs.beside_training if slowed.now else 1.0)

    def speak() -> None:
        came = simulation.now

        def end() -> None:
            answered.append(simulation.now - came + costs.sentence.around)

        gateway.enter(lambda: costs.sentence.gateway_cpu, lambda: synth.enter(computing, end))

    arrivals(simulation, rng, rate, speak)
    # All else that the gateway does, in pieces of its longest common request: rather too lumpy than too smooth.
    busy = utilisation(costs, site, user, users)["gateway"] * site.gateways - rate * costs.sentence.gateway_cpu
    request = costs.gateway.job_cpu
    arrivals(simulation, rng, max(0.0, busy) / request, lambda: gateway.enter(lambda: request, _nothing))
    simulation.run(max(HOUR_S, _SENTENCES / rate))
    return p95(synth.waits), p95(answered)


class _Slowed:
    """`now`: whether a training run takes processors; for `share` of the time, in runs of `seconds` on average."""

    def __init__(self, simulation: Simulation, rng: random.Random, share: float, seconds: float) -> None:
        self.now = rng.random() < share
        if not 0 < share < 1:
            self.now = share >= 1
            return
        pause = seconds * (1 - share) / share

        def turn() -> None:
            self.now = not self.now
            simulation.after(rng.expovariate(1 / (seconds if self.now else pause)), turn)

        simulation.after(rng.expovariate(1 / (seconds if self.now else pause)), turn)


def _week(rng: random.Random, servers: int, a_week: float, seconds: float) -> float:
    """The 95th percentile of the waits of jobs that are submitted in working hours and worked on around the clock.

    The length of a job is exponential with the mean `seconds`: many are short, some are very long.
    """
    simulation = Simulation()
    weeks = max(4, round(_RUNS / a_week))
    station = Station(simulation, servers, measured_from=WEEK_S)
    rate = a_week / (WORKING_DAYS * WORKING_HOURS * HOUR_S)

    def arrive() -> None:
        if _is_working_time(simulation.now):
            station.enter(lambda: rng.expovariate(1 / seconds), _nothing)

    arrivals(simulation, rng, rate, arrive)
    simulation.run((1 + weeks) * WEEK_S)
    return p95(station.waits)


def _is_working_time(at: float) -> bool:
    return at % WEEK_S < WORKING_DAYS * DAY_S and at % DAY_S < WORKING_HOURS * HOUR_S


def p95(values: Sequence[float]) -> float:
    """0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))] if ordered else 0.0


def _nothing() -> None:
    """A customer that nobody waits for."""

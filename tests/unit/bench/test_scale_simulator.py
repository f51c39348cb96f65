"""The simulator agrees with the queues that have exact solutions."""

from __future__ import annotations

import random
import statistics

import pytest

from bench.scale.closed_forms import erlang_c, mean_wait, wait_quantile
from bench.scale.simulator import Simulation, Station, arrivals

WARM_UP, END = 2_000.0, 60_000.0


def mmc(servers: int, arrival_rate: float, service_rate: float, seed: int = 1) -> Station:
    """A long run of M/M/c."""
    rng, simulation = random.Random(seed), Simulation()
    station = Station(simulation, servers, measured_from=WARM_UP)
    service = lambda: rng.expovariate(service_rate)  # noqa: E731
    arrivals(simulation, rng, arrival_rate, lambda: station.enter(service, lambda: None))
    simulation.run(END)
    return station


def test_erlang_c_at_known_points() -> None:
    """Of one server the load waits; two servers have a closed form; the rest is Erlang's table."""
    assert erlang_c(1, 0.7) == pytest.approx(0.7)
    assert erlang_c(2, 1.0) == pytest.approx(1 / 3)
    assert erlang_c(10, 8.0) == pytest.approx(0.40918, rel=1e-4)
    assert erlang_c(3, 3.0) == 1
    assert erlang_c(500, 450.0) < 0.02


@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (1, 0.8), (2, 0.75), (4, 0.9), (16, 0.9)])
def test_waits_are_those_of_the_closed_form(servers: int, load: float) -> None:
    station = mmc(servers, load * servers, 1.0)
    assert statistics.fmean(station.waits) == pytest.approx(mean_wait(servers, load * servers, 1.0), rel=0.1)
    p95 = sorted(station.waits)[int(0.95 * len(station.waits))]
    assert p95 == pytest.approx(wait_quantile(servers, load * servers, 1.0, 0.95), rel=0.1)
    waited = sum(wait > 0 for wait in station.waits) / len(station.waits)
    assert waited == pytest.approx(erlang_c(servers, load * servers), abs=0.03)
    assert station.utilisation() == pytest.approx(load, rel=0.03)


def test_littles_law() -> None:
    """The mean number present is the rate of arrivals times the mean time at the station."""
    station = mmc(3, 2.4, 1.0)
    rate = len(station.waits) / (END - WARM_UP)
    assert station.mean_present() == pytest.approx(rate * (statistics.fmean(station.waits) + 1.0), rel=0.02)


def test_nobody_is_lost() -> None:
    station = mmc(2, 1.9, 1.0)
    assert station.arrived > 100_000
    assert station.arrived == station.departed + station.present


def test_a_seed_gives_the_same_run() -> None:
    assert mmc(2, 1.5, 1.0, seed=7).waits == mmc(2, 1.5, 1.0, seed=7).waits
    assert mmc(2, 1.5, 1.0, seed=7).waits != mmc(2, 1.5, 1.0, seed=8).waits


def test_too_much_load_is_a_queue_that_grows() -> None:
    station = mmc(1, 1.2, 1.0)
    assert station.utilisation() == pytest.approx(1, abs=0.001)
    assert station.present > 0.1 * END
    assert mean_wait(1, 1.2, 1.0) == wait_quantile(1, 1.2, 1.0, 0.5) == float("inf")


def test_served_in_the_order_of_arrival() -> None:
    simulation, served = Simulation(), []
    station = Station(simulation, 1)
    for number in range(5):
        simulation.after(number * 0.1, lambda n=number: station.enter(lambda: 1.0, lambda: served.append(n)))  # type: ignore[misc]
    simulation.run(10)
    assert served == [0, 1, 2, 3, 4]
    assert station.waits == pytest.approx([0, 0.9, 1.8, 2.7, 3.6])

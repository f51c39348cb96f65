"""What grows is found, and what only moves is not."""

from __future__ import annotations

import random

import pytest

from tests.chaos.slopes import Bound, judge, theil_sen

TIMES = [10.0 * number for number in range(150)]
"""25 minutes."""
BOUND = Bound(once=6, per_hour=12)
"""11 in 25 minutes."""


def noisy(rate_per_hour: float, noise: float = 3.0) -> list[float]:
    rng = random.Random(5)
    return [100 + rate_per_hour * at / 3600 + rng.gauss(0, noise) for at in TIMES]


def test_the_slope_of_a_line() -> None:
    assert theil_sen([0, 1, 2, 4], [5, 7, 9, 13]) == pytest.approx(2)
    assert theil_sen([3], [1]) == 0


def test_a_quarter_of_wild_samples_does_not_move_the_slope() -> None:
    values = [2 * at for at in TIMES]
    for number in range(0, 148, 4):
        values[number] = 10_000
    assert theil_sen(TIMES, values) == pytest.approx(2, rel=0.2)


@pytest.mark.parametrize("rate", [40, 60, 500])
def test_a_planted_leak_grows(rate: float) -> None:
    found = judge(TIMES, noisy(rate), BOUND)
    assert found.grows
    assert found.per_hour == pytest.approx(rate, rel=0.1)
    assert found.end > found.start


@pytest.mark.parametrize("rate", [-50, 0, 10])
def test_what_stays_within_the_bound_is_flat(rate: float) -> None:
    assert not judge(TIMES, noisy(rate), BOUND).grows


def test_a_cache_that_fills_and_stays_is_flat() -> None:
    values = [100 + min(40.0, at / 10) for at in TIMES]
    assert judge(TIMES, values, BOUND).grows is False


def test_a_leak_in_steps_grows() -> None:
    """A pool that takes another block now and then."""
    assert judge(TIMES, [100 + 8 * (at // 200) for at in TIMES], BOUND).grows


def test_a_short_window_may_grow_by_what_is_taken_once() -> None:
    times = [2.0 * number for number in range(30)]
    assert not judge(times, [100 + at / 20 for at in times], BOUND).grows  # 3 in a minute
    assert judge(times, [100 + at for at in times], BOUND).grows

"""Does a quantity grow? A robust slope over the samples of a long run, and a stated bound."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

_HOUR_S = 3600.0


@dataclass(frozen=True, slots=True)
class Bound:
    """What a quantity may grow by in a window: `once`, whatever the window's length, and `per_hour` in addition.

    `once` is for what is taken once and stays (a pool, a cache, the allocator's reserve), and for noise.
    """

    once: float
    per_hour: float

    def limit(self, seconds: float) -> float:
        return self.once + self.per_hour * seconds / _HOUR_S


@dataclass(frozen=True, slots=True)
class Judgement:
    """`start`, `end`: medians of the first and of the last tenth. `per_hour`: the slope."""

    start: float
    end: float
    per_hour: float
    grows: bool


def theil_sen(times: Sequence[float], values: Sequence[float]) -> float:
    """The median of the slopes of all pairs, a second; 0 for fewer than two samples.

    Up to 29 in 100 samples may be arbitrary (Sen 1968, https://doi.org/10.1080/01621459.1968.10480934).
    """
    pairs = [
        (values[later] - values[earlier]) / (times[later] - times[earlier])
        for later in range(len(times))
        for earlier in range(later)
        if times[later] > times[earlier]
    ]
    return statistics.median(pairs) if pairs else 0.0


def judge(times: Sequence[float], values: Sequence[float], bound: Bound) -> Judgement:
    """`times` in seconds. A quantity grows if its slope takes it over the bound, and its second half rises too.

    A leak does not end; a cache that fills does. The second half must have half of the bound's slope at least.
    """
    window, half = times[-1] - times[0], len(times) // 2
    tenth = max(1, len(values) // 10)
    slope, late = theil_sen(times, values), theil_sen(times[half:], values[half:])
    limit = bound.limit(window)
    return Judgement(
        start=statistics.median(values[:tenth]),
        end=statistics.median(values[-tenth:]),
        per_hour=slope * _HOUR_S,
        grows=slope * window > limit and late * window > limit / 2,
    )

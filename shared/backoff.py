"""Exponential backoff with jitter."""

from __future__ import annotations

import random

_MAX_DOUBLINGS = 40  # beyond any ceiling, and far from what a float can hold


def backoff(failures: int, rng: random.Random, *, first: float, ceiling: float) -> float:
    """Seconds to wait after the `failures`-th failure in a row, counted from 1.

    The wait doubles from `first` to `ceiling`. The jitter takes its upper half, so that what failed together does not
    come back together.
    """
    wait = min(ceiling, first * 2.0 ** min(max(failures - 1, 0), _MAX_DOUBLINGS))
    return wait * (0.5 + rng.random() / 2)

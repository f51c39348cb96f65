"""Exponential backoff with jitter."""

from __future__ import annotations

import random

_MAX_DOUBLINGS = 40  # above any ceiling, and no overflow of a float


def backoff(failures: int, rng: random.Random, *, first: float, ceiling: float) -> float:
    """The wait in seconds after the `failures`-th failure in a row, counted from 1.

    The wait doubles from `first` to `ceiling`. The jitter is in its upper half, so that clients that failed together
    do not retry together.
    """
    wait = min(ceiling, first * 2.0 ** min(max(failures - 1, 0), _MAX_DOUBLINGS))
    return wait * (0.5 + rng.random() / 2)

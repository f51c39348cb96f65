"""How often and how soon a kind of job is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass

_ENOUGH = 40  # doublings: beyond any ceiling, and far from what a float can hold


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`limit` failures end the job. The wait doubles from `first` to `ceiling` seconds, with full jitter's upper half.

    The jitter keeps jobs that failed together from coming back together.
    """

    limit: int = 5
    first: float = 1.0
    ceiling: float = 60.0

    def delay(self, failures: int, rng: random.Random) -> float:
        wait = min(self.ceiling, self.first * 2.0 ** min(failures, _ENOUGH))
        return wait * (0.5 + rng.random() / 2)

"""The retry policy of a kind of job."""

from __future__ import annotations

import random
from dataclasses import dataclass

from shared.backoff import backoff


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`limit` failures end the job. After the n-th in a row the wait is `first` * 2ⁿ s, at most `ceiling`."""

    limit: int = 5
    first: float = 1.0
    ceiling: float = 60.0

    def delay(self, failures: int, rng: random.Random) -> float:
        """The delay in seconds before the next attempt. `failures`: the number of failures in a row, from 1."""
        return backoff(failures + 1, rng, first=self.first, ceiling=self.ceiling)

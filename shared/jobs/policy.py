"""How often and how soon a kind of job is tried again."""

from __future__ import annotations

import random
from dataclasses import dataclass

from shared.backoff import backoff


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """`limit` failures end the job. The wait doubles from `first` to `ceiling` seconds."""

    limit: int = 5
    first: float = 1.0
    ceiling: float = 60.0

    def delay(self, failures: int, rng: random.Random) -> float:
        """Seconds before the next attempt, after so many failures in a row, counted from 1."""
        return backoff(failures, rng, first=self.first, ceiling=self.ceiling)

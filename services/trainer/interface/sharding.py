"""How the batches of an epoch are divided into steps, and a step among the processes that share it. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BatchSharding:
    """A step takes `accumulation` batches from each of `processes`; this one is number `rank`."""

    accumulation: int = 1
    processes: int = 1
    rank: int = 0

    @property
    def width(self) -> int:
        return self.accumulation * self.processes

    def steps(self, batches: int) -> int:
        """Steps in an epoch of so many batches."""
        return math.ceil(batches / self.width)

    def mine(self, batches: Sequence[T], skip: int = 0) -> list[list[T]]:
        """For each step from number `skip` on, this process's batches.

        The last step is filled up from the epoch's beginning: a process without a batch would let the others wait.
        """
        turns = range(self.rank, self.width, self.processes)
        return [
            [batches[(step * self.width + turn) % len(batches)] for turn in turns]
            for step in range(skip, self.steps(len(batches)))
        ]

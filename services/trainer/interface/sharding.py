"""Divides the batches of an epoch into steps, and each step among the processes of a run. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BatchSharding:
    """A step takes `accumulation` batches from each of `processes`; `rank`: the number of this one."""

    accumulation: int = 1
    processes: int = 1
    rank: int = 0

    @property
    def width(self) -> int:
        """The number of batches in a step."""
        return self.accumulation * self.processes

    def steps(self, batches: int) -> int:
        """The number of steps in an epoch of `batches` batches."""
        return math.ceil(batches / self.width)

    def mine(self, batches: Sequence[T], skip: int = 0) -> list[list[T]]:
        """This process's batches of each step from number `skip` on.

        The last step is filled from the beginning of the epoch: the others would wait for a process without a batch.
        """
        offsets = range(self.rank, self.width, self.processes)
        return [
            [batches[(step * self.width + offset) % len(batches)] for offset in offsets]
            for step in range(skip, self.steps(len(batches)))
        ]

"""What a part of the check gets: the device, the folders, the deadline, and processes for its jobs."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from bench.gpu_check.processes import Argument, JobFailed, Result, Workers
from services.trainer.interface.parameters import Precision
from shared.vits.presets import PresetName

DeviceName = Literal["cpu", "cuda"]
_SHORTEST_JOB_S = 3.0
_CPU_PATIENCE = 10.0  # the limits of jobs are for a GPU; on a CPU, which other work may slow down, only hangs are ended
NEEDS_CUDA = "skipped: it needs CUDA"


@dataclass(frozen=True, slots=True)
class Context:
    """`dataset`: in LJSpeech's layout; `work`: removed at the end; `deadline` by `clock`, seconds.

    `quick`: the smallest preset and a few steps, to try the check itself; its figures mean nothing.
    """

    device: DeviceName
    quick: bool
    workers: Workers
    dataset: Path
    work: Path
    out: Path
    deadline: float = float("inf")
    clock: Callable[[], float] = time.monotonic

    @property
    def cuda(self) -> bool:
        return self.device == "cuda"

    @property
    def presets(self) -> tuple[PresetName, ...]:
        """Smallest first."""
        return ("tiny",) if self.quick else ("small", "fast", "quality")

    @property
    def main_preset(self) -> PresetName:
        """The preset of the parts that train only one."""
        return self.presets[0]

    @property
    def precisions(self) -> tuple[Precision, ...]:
        return get_args(Precision)

    @property
    def batch_size(self) -> int:
        return 4 if self.quick else 16

    def until(self, deadline: float) -> Context:
        return replace(self, deadline=deadline)

    def left(self) -> float:
        """Seconds to the deadline."""
        return self.deadline - self.clock()

    def call(self, job: Callable[[Argument], Result], argument: Argument, limit_s: float) -> Result:
        """Run a job in a process of its own, for at most `limit_s` and until the deadline. Raises `JobFailed`."""
        left = self.left()
        if left < _SHORTEST_JOB_S:
            raise JobFailed("not measured: the part's time is over")
        return self.workers.call(job, argument, min(limit_s * (1.0 if self.cuda else _CPU_PATIENCE), left))

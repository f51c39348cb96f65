"""The processes that share one run. No torch: a recipe without it trains in one process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class ProcessGroup(Protocol):
    """What the run needs to know of them; accelerate's `Accelerator` is one."""

    @property
    def is_main_process(self) -> bool: ...

    @property
    def num_processes(self) -> int: ...

    @property
    def process_index(self) -> int: ...

    @property
    def device(self) -> object: ...

    def wait_for_everyone(self) -> None: ...


@dataclass(frozen=True, slots=True)
class SingleProcess:
    """One process on the CPU."""

    is_main_process: bool = True
    num_processes: int = 1
    process_index: int = 0
    device: str = "cpu"

    def wait_for_everyone(self) -> None:
        """There is nobody else."""

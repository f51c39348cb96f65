"""The processes of a run. No torch: a recipe without it trains in one process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class ProcessGroup(Protocol):
    """The part of accelerate's `Accelerator` that a run uses."""

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
        """Does nothing: there is only one process."""

"""The interface between a recipe and the loop: a task has the model and the data of one run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar, runtime_checkable

from services.trainer.interface.parameters import Parameters
from shared.persian.lexicon import Lexicon

if TYPE_CHECKING:
    from accelerate import Accelerator

Batch = dict[str, object]
P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, slots=True)
class TaskSpec(Generic[P]):
    """The arguments of a recipe's builder. `resume`: a complete checkpoint's folder; `log`: adds to the run's log."""

    parameters: P
    datasets: tuple[Path, ...]
    base_model: Path | None
    teacher_model: Path | None
    resume: Path | None
    accelerator: Accelerator
    log: Callable[[str], None]
    lexicon: Lexicon = field(default_factory=Lexicon)
    """The lexicon that the run began with."""
    asr_model: Path | None = None
    """The speech recogniser that measures checkpoints."""


@runtime_checkable
class MeasuredTask(Protocol):
    """A task whose checkpoints have figures besides the losses."""

    def measure(self) -> dict[str, float]:
        """The figures of the current weights; called before each checkpoint. The same in all processes of a run."""


class Task(Protocol):
    @property
    def steps_per_epoch(self) -> int: ...

    @property
    def parameter_count(self) -> int: ...

    def batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        """The epoch's batches from number `skip` on, in an order that depends only on seed and epoch."""

    def size_of(self, batch: Batch) -> int:
        """The number of samples in a batch."""

    def learning_rate(self, step: int) -> float:
        """The rate of a step (from 1): a function of the step alone, so that a resume needs no scheduler state."""

    def train_step(self, batch: Batch, learning_rate: float) -> dict[str, float]:
        """The loss terms, with `loss` and `grad_norm`. Raises `Diverged` before a NaN reaches the weights."""

    def evaluate(self) -> dict[str, float]:
        """The metrics on the validation data; `val_loss` is among them; see `Parameters.best_values`."""

    def save(self, folder: Path) -> None:
        """Write weights, configuration, and under `state/` the data for a resume."""

"""What a recipe gives to the loop: one run's model and data. The loop knows nothing of either."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from services.trainer.interface.parameters import Parameters
from shared.persian.lexicon import Lexicon

if TYPE_CHECKING:
    from accelerate import Accelerator

Batch = dict[str, object]
P = TypeVar("P", bound=Parameters)


@dataclass(frozen=True, slots=True)
class TaskSpec(Generic[P]):
    """What a recipe's builder gets. `resume` is the folder of a whole checkpoint; `log` tells the person who waits."""

    parameters: P
    datasets: tuple[Path, ...]
    base_model: Path | None
    teacher_model: Path | None
    resume: Path | None
    accelerator: Accelerator
    log: Callable[[str], None]
    lexicon: Lexicon = field(default_factory=Lexicon)
    """How the administrator wants words to be read."""


class Task(Protocol):
    @property
    def steps_per_epoch(self) -> int: ...

    @property
    def parameter_count(self) -> int: ...

    def batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        """The epoch's batches from number `skip` on, in an order that depends on seed and epoch alone."""

    def size_of(self, batch: Batch) -> int:
        """Samples in a batch."""

    def learning_rate(self, step: int) -> float:
        """Of a step (from 1): a function of the step alone, so that a resumed run needs no scheduler's state."""

    def train_step(self, batch: Batch, learning_rate: float) -> dict[str, float]:
        """Loss terms, `loss` and `grad_norm` among them. Raises `Diverged` before weights are touched by a NaN."""

    def evaluate(self) -> dict[str, float]:
        """On held-back data; `val_loss` decides which checkpoint is the best."""

    def save(self, folder: Path) -> None:
        """Weights, configuration, and under `state/` what a resume needs."""

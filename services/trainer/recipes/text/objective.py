"""The interface of the text recipes' objectives: collation and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from accelerate import Accelerator

from services.trainer.recipes.text.features import Ragged
from services.trainer.recipes.text.microbatches import MicroBatch
from services.trainer.recipes.text.sampler import Indices


@dataclass(frozen=True, slots=True)
class EvaluationBatch:
    """The results of an evaluation.

    `loss` and `accuracy`: over all processes and labels that are not ignored; `guesses` and `labels`: int64 [N], this
    process's share; `indices`: all validation samples of `fields`.
    """

    loss: float
    accuracy: float
    guesses: torch.Tensor
    labels: torch.Tensor
    model: Any
    accelerator: Accelerator
    fields: Mapping[str, Ragged]
    indices: Indices


class Objective(Protocol):
    def collate(self, fields: Mapping[str, Ragged], indices: Indices, epoch: int) -> MicroBatch:
        """A microbatch on the CPU. Without indices it has one row with ignored labels."""

    def evaluate_rows(self, evaluated: EvaluationBatch) -> dict[str, float]:
        """The metrics other than `val_loss`, the same in every process."""

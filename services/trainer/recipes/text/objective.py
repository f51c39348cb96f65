"""What differs between the text recipes once there are samples: how a batch is made, what the model is judged by."""

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
    """An evaluation so far. `loss` and `accuracy` are over all processes and all labels that count; `guesses` and
    `labels`, int64 [N], are this process's share of them. `indices` are all held-back samples of `fields`."""

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
        """On the CPU. No indices at all give one row without a label that counts."""

    def evaluate_rows(self, evaluated: EvaluationBatch) -> dict[str, float]:
        """The metrics beside `val_loss`, the same in every process."""

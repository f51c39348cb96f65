"""Microbatches, and the conversion of token rows to tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from services.trainer.recipes.text.features import Values

IGNORED = -100
"""The label of positions without a loss, as in `torch.nn.functional.cross_entropy`."""


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """The input of one forward pass.

    `inputs`: int64 [B, T]; `labels`: int64, [B, T] for tokens or [B] for texts. With 0 `samples` there is one row with
    ignored labels, so that the process takes part in the step.
    """

    inputs: dict[str, torch.Tensor]
    labels: torch.Tensor
    samples: int

    @property
    def targets(self) -> int:
        """The number of labels that are not ignored."""
        return int((self.labels != IGNORED).sum())

    def to(self, device: torch.device) -> MicroBatch:
        inputs = {name: tensor.to(device, non_blocking=True) for name, tensor in self.inputs.items()}
        return MicroBatch(inputs, self.labels.to(device, non_blocking=True), self.samples)


def padded(rows: Sequence[Values], fill: int) -> torch.Tensor:
    """The rows as int64 [B, longest], padded with `fill`."""
    table = np.full((len(rows), max(1, *(len(row) for row in rows))), fill, dtype=np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return torch.from_numpy(table)


def attention(rows: Sequence[Values]) -> torch.Tensor:
    """The attention mask as int64 [B, longest]: 1 for tokens, 0 for padding."""
    return padded([np.ones(len(row), dtype=np.int64) for row in rows], 0)

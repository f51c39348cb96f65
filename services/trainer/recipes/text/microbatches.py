"""What goes through a model at once, and how rows of tokens become tensors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from services.trainer.recipes.text.features import Values

IGNORED = -100
"""A label that does not count, as in `torch.nn.functional.cross_entropy`."""


@dataclass(frozen=True, slots=True)
class MicroBatch:
    """`inputs` are int64 [B, T]; `labels` int64, [B, T] for tokens or [B] for whole texts. `samples` may be 0: then
    there is one row whose labels do not count, so that this process takes part in the step."""

    inputs: dict[str, torch.Tensor]
    labels: torch.Tensor
    samples: int

    @property
    def targets(self) -> int:
        """How many labels count."""
        return int((self.labels != IGNORED).sum())

    def to(self, device: torch.device) -> MicroBatch:
        inputs = {name: tensor.to(device, non_blocking=True) for name, tensor in self.inputs.items()}
        return MicroBatch(inputs, self.labels.to(device, non_blocking=True), self.samples)


def padded(rows: Sequence[Values], fill: int) -> torch.Tensor:
    """int64 [B, longest]."""
    table = np.full((len(rows), max(1, *(len(row) for row in rows))), fill, dtype=np.int64)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    return torch.from_numpy(table)


def attention(rows: Sequence[Values]) -> torch.Tensor:
    """int64 [B, longest]: 1 where a row has a token."""
    return padded([np.ones(len(row), dtype=np.int64) for row in rows], 0)

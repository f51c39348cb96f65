"""A ConvNeXt block (Liu 2022, arXiv:2201.03545) in one dimension, as in Vocos (Siuzdak 2023, arXiv:2306.00814)."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

KERNEL = 7
_EXPANSION = 3


class ConvNextBlock(nn.Module):
    """[B, C, T] to [B, C, T]. `scale`: the weight of the block's output at the start."""

    def __init__(self, channels: int, scale: float) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(channels, channels, KERNEL, padding=KERNEL // 2, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.expand = nn.Linear(channels, _EXPANSION * channels)
        self.project = nn.Linear(_EXPANSION * channels, channels)
        self.scale = nn.Parameter(torch.full((channels,), scale))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm(self.depthwise(x).transpose(1, 2))
        added: torch.Tensor = self.scale * self.project(functional.gelu(self.expand(y)))
        return x + added.transpose(1, 2)

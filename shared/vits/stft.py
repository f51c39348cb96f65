"""The short-time Fourier transform and its inverse as convolutions, which ONNX can express. Hann window of four hops.

Frame t is centred on sample (t + 1/2) * hop, as in Coqui's spectrogram. A spectrum [B, 2 * bins, T] has the real parts,
then the imaginary parts.
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

_OVERLAP = 4


def bins_of(hop: int) -> int:
    return _OVERLAP * hop // 2 + 1


class Stft(nn.Module):
    """Samples [B, 1, T * hop] to a spectrum; white noise of power 1 has bins of power 1."""

    basis: torch.Tensor

    def __init__(self, hop: int) -> None:
        super().__init__()
        window = torch.hann_window(_OVERLAP * hop, dtype=torch.float64)
        basis = _fourier(hop) * window / window.square().sum().sqrt()
        self.hop = hop
        # Computed, so not part of the state.
        self.register_buffer("basis", basis.float()[:, None], persistent=False)

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        padding = (_OVERLAP - 1) * self.hop // 2
        return functional.conv1d(functional.pad(samples, (padding, padding)), self.basis, stride=self.hop)


class InverseStft(nn.Module):
    """A spectrum to samples [B, 1, T * hop]."""

    basis: torch.Tensor
    squared_window: torch.Tensor

    def __init__(self, hop: int) -> None:
        super().__init__()
        size = _OVERLAP * hop
        window = torch.hann_window(size, dtype=torch.float64)
        # A real signal's bins but the first and the last stand for their mirror images too.
        weights = torch.full((bins_of(hop), 1), 2.0, dtype=torch.float64)
        weights[0] = weights[-1] = 1.0
        basis = _fourier(hop) * weights.repeat(2, 1) * window / size
        self.hop = hop
        self.register_buffer("basis", basis.float()[:, None], persistent=False)
        self.register_buffer("squared_window", window.square().float()[None, None], persistent=False)

    def forward(self, spectrum: torch.Tensor) -> torch.Tensor:
        crop = (_OVERLAP - 1) * self.hop // 2
        samples = functional.conv_transpose1d(spectrum, self.basis, stride=self.hop)
        envelope = functional.conv_transpose1d(torch.ones_like(spectrum[:1, :1]), self.squared_window, stride=self.hop)
        return (samples / envelope.clamp(min=1e-3))[..., crop:-crop]


def _fourier(hop: int) -> torch.Tensor:
    """Cosines and negative sines [2 * bins, size]."""
    size = _OVERLAP * hop
    angles = 2 * math.pi * torch.outer(torch.arange(bins_of(hop)), torch.arange(size)).double() / size
    return torch.cat([angles.cos(), -angles.sin()])

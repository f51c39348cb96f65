"""A waveform decoder that works at the frame rate and ends in an inverse short-time Fourier transform.

A HiFi-GAN computes most of its layers at the sample rate. Here every layer has one column per frame, and the transform
makes the samples, as in Vocos (Siuzdak 2023, arXiv:2306.00814): ConvNeXt blocks, then magnitude and phase of each bin.
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

_KERNEL = 7
_EXPANSION = 3
_MAX_LOG_MAGNITUDE = 4.6  # e^4.6 = 100, Vocos' limit: a diverging network must not overflow
_OVERLAP = 4


class IstftDecoder(nn.Module):
    """Latents [B, C, T] and speakers' embeddings [B, S, 1] to samples [B, 1, T * hop]."""

    def __init__(self, in_channels: int, hop: int, *, channels: int, layers: int, speaker_channels: int = 0) -> None:
        super().__init__()
        self.conv_pre = nn.Conv1d(in_channels, channels, _KERNEL, padding=_KERNEL // 2)
        self.speaker = nn.Conv1d(speaker_channels, channels, 1) if speaker_channels else None
        self.blocks = nn.ModuleList(_Block(channels, 1.0 / layers) for _ in range(layers))
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.head = nn.Linear(channels, _OVERLAP * hop + 2)
        self.inverse = InverseStft(hop)

    def forward(self, x: torch.Tensor, g: torch.Tensor | None = None) -> torch.Tensor:
        x = self.conv_pre(x)
        if self.speaker is not None and g is not None:
            x = x + self.speaker(g)
        for block in self.blocks:
            x = block(x)
        logs, phases = self.head(self.norm(x.transpose(1, 2))).transpose(1, 2).float().chunk(2, dim=1)
        magnitudes = logs.clamp(max=_MAX_LOG_MAGNITUDE).exp()
        samples: torch.Tensor = self.inverse(magnitudes * phases.cos(), magnitudes * phases.sin())
        return samples


class _Block(nn.Module):
    """A ConvNeXt block (Liu 2022, arXiv:2201.03545) in one dimension."""

    def __init__(self, channels: int, scale: float) -> None:
        super().__init__()
        self.depthwise = nn.Conv1d(channels, channels, _KERNEL, padding=_KERNEL // 2, groups=channels)
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.expand = nn.Linear(channels, _EXPANSION * channels)
        self.project = nn.Linear(_EXPANSION * channels, channels)
        self.scale = nn.Parameter(torch.full((channels,), scale))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm(self.depthwise(x).transpose(1, 2))
        added: torch.Tensor = self.scale * self.project(functional.gelu(self.expand(y)))
        return x + added.transpose(1, 2)


class InverseStft(nn.Module):
    """Real and imaginary parts [B, 2 * hop + 1, T] to samples [B, 1, T * hop]; Hann window of four hops.

    Frame t is centred on sample (t + 1/2) * hop, as in Coqui's spectrogram. The transform is a transposed convolution
    with the Fourier basis, which ONNX can express.
    """

    basis: torch.Tensor
    squared_window: torch.Tensor

    def __init__(self, hop: int) -> None:
        super().__init__()
        size = _OVERLAP * hop
        bins = size // 2 + 1
        window = torch.hann_window(size, dtype=torch.float64)
        angles = 2 * math.pi * torch.outer(torch.arange(bins), torch.arange(size)).double() / size
        # A real signal's bins but the first and the last stand for their mirror images too.
        weights = torch.full((bins, 1), 2.0, dtype=torch.float64)
        weights[0] = weights[-1] = 1.0
        basis = torch.cat([angles.cos(), -angles.sin()]) * weights.repeat(2, 1) * window / size
        self.hop = hop
        # Computed, so not part of the state.
        self.register_buffer("basis", basis.float()[:, None], persistent=False)
        self.register_buffer("squared_window", (window**2).float()[None, None], persistent=False)

    def forward(self, real: torch.Tensor, imaginary: torch.Tensor) -> torch.Tensor:
        crop = (_OVERLAP - 1) * self.hop // 2
        spectrum = torch.cat([real, imaginary], dim=1)
        samples = functional.conv_transpose1d(spectrum, self.basis, stride=self.hop)
        envelope = functional.conv_transpose1d(torch.ones_like(spectrum[:1, :1]), self.squared_window, stride=self.hop)
        return (samples / envelope.clamp(min=1e-3))[..., crop:-crop]

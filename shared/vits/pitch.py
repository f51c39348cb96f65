"""The fundamental frequency of speech in torch: the target of a voice's pitch.

YIN (de Cheveigné and Kawahara 2002).
"""

from __future__ import annotations

import torch
from torch.nn import functional

LOWEST_HZ, HIGHEST_HZ = 60.0, 500.0
_THRESHOLD = 0.2
"""Of the normalised difference: above it a frame has no pitch."""
_WINDOW_S = 0.025
_SMOOTHING_S = 0.001
"""Of a moving average before: breath and the fractions of a sample make differences above 1 kHz."""


@torch.no_grad()
def fundamental_frequencies(samples: torch.Tensor, rate: int, hop: int) -> torch.Tensor:
    """F0 in Hz of each frame [B, T // hop], centred on its hop; 0 where there is none. `samples` [B, T]."""
    window, longest = int(_WINDOW_S * rate), int(rate / LOWEST_HZ) + 2
    width = window + longest
    smoothing = 2 * int(_SMOOTHING_S * rate / 2) + 1
    smooth = functional.avg_pool1d(samples.float()[:, None], smoothing, 1, smoothing // 2)[:, 0]
    padded = functional.pad(smooth, (width // 2 - hop // 2, width))
    frames = padded.unfold(1, width, hop)[:, : samples.shape[1] // hop]
    size = 1 << (width + longest).bit_length()
    spectrum = torch.fft.rfft(frames, size)
    head = torch.fft.rfft(frames[..., :window], size)
    correlation = torch.fft.irfft(head.conj() * spectrum, size)[..., :longest]
    sums = functional.pad(frames.square(), (1, 0)).cumsum(-1)
    energies = sums[..., window : window + longest] - sums[..., :longest]
    differences = (energies[..., :1] + energies - 2 * correlation).clamp(min=0)
    means = differences[..., 1:].cumsum(-1) / torch.arange(1, longest, device=samples.device)
    normalized = differences[..., 1:] / means.clamp(min=1e-9)  # lags from 1
    shortest = int(rate / HIGHEST_HZ)
    usable = normalized[..., shortest - 1 : -1]
    dips = (usable < _THRESHOLD) & (usable <= normalized[..., shortest:])  # the first minimum below the threshold
    lags = dips.float().argmax(-1) + shortest
    voiced = dips.any(-1) & (energies[..., 0] > window * 1e-6)
    return torch.where(voiced, rate / lags, torch.zeros(()).to(samples))

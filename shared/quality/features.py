"""Log-mel features of the phoneme recogniser: 16 kHz, windows of 25 ms every 10 ms, 64 bands."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray

from shared.vits.audio import resample_samples
from shared.vits.mel import mel_filters

RATE = 16000
BANDS = 64
_FFT, _WINDOW, _HOP = 512, 400, 160
_LOWEST_HZ = 40.0
# Below the loudest point by 70 dB (in nepers of power): the noise floor of a quiet room, which carries no phoneme.
_RANGE = 70.0 * np.log(10.0) / 10.0
_SILENT = 1e-4
"""A recording whose peak is lower is silent: normalisation would amplify its noise to speech."""
_LONGEST = 90.0
"""In seconds; the rest is ignored. The synthesis has the same limit for a sentence."""


def log_mel(samples: NDArray[np.float32], rate: int) -> torch.Tensor | None:
    """Features [BANDS, frames] with mean 0 and deviation 1 in each band; None for silence and less than a window.

    `samples` [time] in [-1, 1]; NaN counts as 0. `rate` in Hz.
    """
    bounded = np.nan_to_num(np.ravel(samples)[: int(_LONGEST * rate)], nan=0.0, posinf=1.0, neginf=-1.0)
    resampled = resample_samples(bounded.astype(np.float32), rate, RATE) if bounded.size else bounded
    if resampled.size < _WINDOW or float(np.abs(resampled).max()) < _SILENT:
        return None
    window, filters = _tables()
    spectrum = torch.stft(
        torch.from_numpy(np.ascontiguousarray(resampled)),
        _FFT,
        hop_length=_HOP,
        win_length=_WINDOW,
        window=window,
        pad_mode="constant",
        return_complex=True,
    )
    power = (filters @ spectrum.abs().square()).clamp(min=1e-12).log()
    power = power.clamp(min=float(power.max()) - _RANGE)
    return normalized(power)


def normalized(power: torch.Tensor) -> torch.Tensor:
    """Each band [..., bands, frames] with mean 0 and deviation 1 over its frames: independent of gain and equaliser."""
    centred = power - power.mean(dim=-1, keepdim=True)
    return centred / centred.square().mean(dim=-1, keepdim=True).sqrt().clamp(min=1e-3)


@lru_cache(maxsize=1)
def _tables() -> tuple[torch.Tensor, torch.Tensor]:
    filters = mel_filters(sr=RATE, n_fft=_FFT, n_mels=BANDS, fmin=_LOWEST_HZ)
    return torch.hann_window(_WINDOW), torch.from_numpy(filters)

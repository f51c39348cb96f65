"""librosa's mel filter bank without librosa, whose import takes 1 s for numba, scikit-learn and scipy.signal.

Slaney's scale and area normalisation, as in Auditory Toolbox (Slaney 1998). A test verifies that the result equals
`librosa.filters.mel` bit by bit in float32.
"""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

# Linear below 1000 Hz, with 15 mels per kilohertz; logarithmic above, with 27 mels for a factor of 6.4.
_HZ_PER_MEL = 200.0 / 3
_BREAK_HZ = 1000.0
_BREAK_MEL = _BREAK_HZ / _HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27.0


def mel_filters(
    *,
    sr: float,
    n_fft: int,
    n_mels: int,
    fmin: float = 0.0,
    fmax: float | None = None,
    htk: bool = False,
    norm: str = "slaney",
) -> NDArray[np.float32]:
    """Weights [n_mels, 1 + n_fft // 2]; frequencies in Hz. librosa's signature; `htk` and `norm` default only."""
    if htk or norm != "slaney":
        raise NotImplementedError("only Slaney's scale and norm")
    edges = _to_hz(np.linspace(_to_mel(fmin), _to_mel(sr / 2 if fmax is None else fmax), n_mels + 2))
    bins = np.fft.rfftfreq(n=n_fft, d=1.0 / sr)
    ramps = np.subtract.outer(edges, bins)
    widths = np.diff(edges)
    weights = np.zeros((n_mels, bins.size), dtype=np.float32)
    for i in range(n_mels):
        weights[i] = np.maximum(0, np.minimum(-ramps[i] / widths[i], ramps[i + 2] / widths[i + 1]))
    area = 2.0 / (edges[2 : n_mels + 2] - edges[:n_mels])
    weights *= area[:, np.newaxis]
    return weights


def _to_mel(hz: float) -> float:
    if hz < _BREAK_HZ:
        return hz / _HZ_PER_MEL
    return float(_BREAK_MEL + np.log(hz / _BREAK_HZ) / _LOG_STEP)


def _to_hz(mels: NDArray[np.float64]) -> NDArray[np.float64]:
    linear = _HZ_PER_MEL * mels
    return np.where(mels < _BREAK_MEL, linear, _BREAK_HZ * np.exp(_LOG_STEP * (mels - _BREAK_MEL)))


class LightLibrosa:
    """Replaces librosa in Coqui's modules: this filter bank; for anything else librosa itself, imported on demand."""

    filters = SimpleNamespace(mel=mel_filters)

    def __getattr__(self, name: str) -> object:
        return getattr(importlib.import_module("librosa"), name)

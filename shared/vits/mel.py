"""The mel filter bank of librosa, without librosa: it imports numba, scikit-learn and scipy.signal, a second and more.

Slaney's scale and area normalisation, as in Auditory Toolbox (Slaney 1998); equal to `librosa.filters.mel` to the last
bit of a float32, which a test holds on to.
"""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

# Linear below 1000 Hz, 15 mels a kilohertz; logarithmic above, 27 mels for a factor of 6.4.
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
    """Weights [n_mels, 1 + n_fft // 2]; frequencies in Hz. Names are librosa's; only its defaults of the last two."""
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
    """Takes librosa's place in Coqui's modules: our filter bank at once, the rest from librosa when asked for."""

    filters = SimpleNamespace(mel=mel_filters)

    def __getattr__(self, name: str) -> object:
        return getattr(importlib.import_module("librosa"), name)

"""Mel cepstra and their distortion.

MCD = 10 sqrt(2) / ln 10 * sqrt(sum over d = 1…13 of (c_d - c'_d)^2) dB, without c_0 (Kubichek 1993, "Mel-cepstral
distance measure for objective speech quality assessment"), averaged over the path of a dynamic time warping. The
cepstra are the cosine series of the log amplitudes of 40 mel bands. Other tools use the mel-generalised cepstra of
WORLD or SPTK: values of the same size, but not comparable.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shared.quality.frames import RATE, WINDOW, Floats
from shared.vits.mel import mel_filters

_BANDS, _COEFFICIENTS = 40, 13
_RANGE = 60.0 / 20.0 * np.log(10.0)
"""Amplitudes below the loudest by 60 dB are raised: digital silence would dominate every mean."""
DECIBELS = 10.0 * np.sqrt(2.0) / np.log(10.0)


def mel_cepstra(frames: Floats) -> Floats:
    """c_1 to c_13 of each frame: [count, WINDOW] to [count, 13]. Gain changes nothing."""
    spectrum = np.abs(np.fft.rfft(frames * np.hanning(WINDOW), axis=1))
    filters = mel_filters(sr=RATE, n_fft=WINDOW, n_mels=_BANDS).astype(np.float64)
    amplitudes = np.log(np.maximum(np.sqrt(spectrum**2 @ filters.T), 1e-9))
    amplitudes = np.maximum(amplitudes, amplitudes.max(initial=-np.inf) - _RANGE)
    bands = np.arange(_BANDS) + 0.5
    cosines = np.cos(np.pi / _BANDS * np.outer(np.arange(1, _COEFFICIENTS + 1), bands))
    return np.asarray(amplitudes @ cosines.T * (2.0 / _BANDS))


def distortion(one: Floats, other: Floats, path: NDArray[np.intp]) -> float:
    """The mean distortion in dB along a path [steps, 2] of frame numbers."""
    difference = one[path[:, 0]] - other[path[:, 1]]
    return float(DECIBELS * np.mean(np.sqrt(np.sum(difference**2, axis=1))))

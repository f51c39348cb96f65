"""Fundamental frequency by YIN (de Cheveigné and Kawahara 2002), steps 1 to 5, in numpy."""

from __future__ import annotations

import numpy as np

from shared.quality.frames import HOP, RATE, Floats

_LOWEST, _HIGHEST = 60.0, 500.0
"""In Hz: from a low male voice to a high female one."""
_THRESHOLD = 0.15
_SPAN = 512  # samples that are compared: two periods of the lowest pitch
_CHUNK = 512  # frames at once: bounds the memory to some 10 MB


def fundamental_frequencies(samples: Floats, count: int) -> Floats:
    """F0 in Hz of `count` frames [count], HOP samples apart; NaN where the frame is not voiced. `samples` at 16 kHz."""
    longest = int(RATE / _LOWEST) + 2
    width = _SPAN + longest
    padded = np.pad(samples, (width // 2, width + count * HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, width)[: count * HOP : HOP]
    chunks = [_periods(frames[at : at + _CHUNK], longest) for at in range(0, count, _CHUNK)]
    return RATE / np.concatenate(chunks) if chunks else np.empty(0)


def _periods(frames: Floats, longest: int) -> Floats:
    """The period of each frame in samples, NaN without one."""
    normalized = _normalized_differences(frames, longest)
    shortest = int(RATE / _HIGHEST)
    return np.array([_first_dip(row, shortest) for row in normalized])


def _normalized_differences(frames: Floats, longest: int) -> Floats:
    """The cumulative mean normalised difference d'(lag) [count, longest] (equations 6 to 8)."""
    size = 2048  # more than _SPAN + longest + longest: the circular correlation does not wrap
    whole = np.fft.rfft(frames, size, axis=1)
    head = np.fft.rfft(frames[:, :_SPAN], size, axis=1)
    correlation = np.fft.irfft(np.conj(head) * whole, size, axis=1)[:, :longest]
    sums = np.cumsum(np.pad(frames**2, ((0, 0), (1, 0))), axis=1)
    energies = sums[:, _SPAN : _SPAN + longest] - sums[:, :longest]
    differences = np.maximum(energies[:, :1] + energies - 2.0 * correlation, 0.0)
    means = np.cumsum(differences[:, 1:], axis=1) / np.arange(1, longest)
    normalized = np.ones_like(differences)
    # Of digital silence every difference is 0; it has no period.
    np.divide(differences[:, 1:], means, out=normalized[:, 1:], where=means > 1e-10)
    return normalized


def _first_dip(row: Floats, shortest: int) -> float:
    """The first lag whose difference is below the threshold, at its minimum, by parabolic interpolation."""
    below = np.flatnonzero(row[shortest:-1] < _THRESHOLD)
    if not below.size:
        return np.nan
    lag = int(below[0]) + shortest
    while lag + 2 < row.size and row[lag + 1] < row[lag]:
        lag += 1
    left, middle, right = row[lag - 1], row[lag], row[lag + 1]
    curvature = left - 2.0 * middle + right
    return float(lag + (0.5 * (left - right) / curvature if curvature > 0 else 0.0))

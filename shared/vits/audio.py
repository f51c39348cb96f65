"""Reads audio files as samples at a voice's rate."""

from __future__ import annotations

from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.audio.recordings import read_samples

Samples = NDArray[np.float32]


def read_mono(path: Path, rate: int) -> Samples:
    """Samples [time] in [-1, 1] at `rate` Hz; channels are averaged. Raises `UnreadableRecording`."""
    samples, file_rate = read_samples(path)
    mono = samples.mean(axis=1, dtype=np.float32)
    # Resampling and float files may overshoot; Coqui's spectrogram expects [-1, 1].
    return np.clip(resample_samples(mono, file_rate, rate), -1.0, 1.0).astype(np.float32)


def resample_samples(samples: Samples, source_rate: int, target_rate: int) -> Samples:
    """Polyphase resampling over the last axis; rates in Hz."""
    if source_rate == target_rate:
        return samples
    # Imported late: it takes half a second, and most datasets have their voice's rate.
    from scipy.signal import resample_poly

    common = gcd(source_rate, target_rate)
    resampled = resample_poly(samples, target_rate // common, source_rate // common, axis=-1)
    return np.asarray(resampled, dtype=np.float32)

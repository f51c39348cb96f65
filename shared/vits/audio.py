"""Reads audio files as samples at a voice's rate."""

from __future__ import annotations

from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.audio.limits import MAX_RATE
from shared.audio.recording_info import UnreadableRecording
from shared.audio.recordings import read_samples

Samples = NDArray[np.float32]


def read_mono(path: Path, rate: int) -> Samples:
    """Samples [time] in [-1, 1] at `rate` Hz; channels are averaged. Raises `UnreadableRecording`."""
    samples, file_rate = read_samples(path)
    mono = samples.mean(axis=1, dtype=np.float32)
    # Resampling and float files may overshoot; Coqui's spectrogram expects [-1, 1].
    return np.clip(resample_samples(mono, file_rate, rate), -1.0, 1.0).astype(np.float32)


def resample_samples(samples: Samples, source_rate: int, target_rate: int) -> Samples:
    """Polyphase resampling over the last axis; rates in Hz, or their ratio.

    Raises `UnreadableRecording` for a ratio whose filter would take more memory than those of recordings do.
    """
    common = gcd(source_rate, target_rate)
    up, down = target_rate // max(common, 1), source_rate // max(common, 1)
    if not (1 <= up <= MAX_RATE and 1 <= down <= MAX_RATE):
        raise UnreadableRecording(f"it cannot be resampled from {source_rate:,} to {target_rate:,} Hz")
    if up == down:
        return samples
    # Imported late: it takes half a second, and most datasets have their voice's rate.
    from scipy.signal import resample_poly

    resampled = resample_poly(samples, up, down, axis=-1)
    return np.asarray(resampled, dtype=np.float32)

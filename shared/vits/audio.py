"""Audio files to samples at a voice's rate."""

from __future__ import annotations

from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.audio.recordings import read_samples

Samples = NDArray[np.float32]


def read_mono(path: Path, rate: int) -> Samples:
    """Samples [time] in [-1, 1] at `rate` Hz; channels are averaged. Raises `UnreadableRecording`."""
    samples, found = read_samples(path)
    mono = samples.mean(axis=1, dtype=np.float32)
    # Resampling and float files may overshoot; Coqui's spectrogram expects [-1, 1].
    return np.clip(resample_samples(mono, found, rate), -1.0, 1.0).astype(np.float32)


def resample_samples(samples: Samples, found: int, wanted: int) -> Samples:
    """Polyphase resampling over the last axis, from `found` to `wanted` Hz."""
    if found == wanted:
        return samples
    # Half a second to import; most datasets have their voice's rate.
    from scipy.signal import resample_poly

    common = gcd(found, wanted)
    return np.asarray(resample_poly(samples, wanted // common, found // common, axis=-1), dtype=np.float32)

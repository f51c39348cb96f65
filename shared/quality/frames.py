"""The frames of a recording for acoustic figures: 16 kHz, windows of 32 ms every 10 ms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shared.vits.audio import resample_samples

RATE = 16000
HOP = 160
WINDOW = 512
LONGEST = 20.0
"""Seconds that are compared; the rest is ignored. It bounds the matrices of the alignment to 2000 by 2000."""
_QUIET_DB = 40.0
"""A frame this much below the loudest is silence: weaker than the weakest fricatives, above the noise of a room."""
_SILENT_DB = -60.0
"""A frame below this level (full scale is 0) is silence, also in a recording that is quiet throughout."""

Samples = NDArray[np.float32]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FramedRecording:
    """`frames` [count, WINDOW] without window function; `levels` [count] in dB of full scale; `active`: speech."""

    samples: Floats
    frames: Floats
    levels: Floats
    active: NDArray[np.bool_]

    @property
    def speech(self) -> slice:
        """The frames from the first to the last with speech; empty if there are none."""
        found = np.flatnonzero(self.active)
        return slice(int(found[0]), int(found[-1]) + 1) if found.size else slice(0, 0)

    @property
    def loudness(self) -> float:
        """The level of the speech frames in dB of full scale (RMS); -inf without speech."""
        if not self.active.any():
            return -np.inf
        return float(10.0 * np.log10(np.mean(10.0 ** (self.levels[self.active] / 10.0))))


def framed(samples: Samples, rate: int) -> FramedRecording:
    """The frames of a recording; `samples` [time] in [-1, 1] at `rate` Hz. NaN counts as 0; any length is accepted."""
    finite = cleaned(np.ravel(samples)[: int(LONGEST * rate)])
    resampled = resample_samples(finite, rate, RATE).astype(np.float64) if finite.size else finite.astype(np.float64)
    # Padded by half a window, so that frame t is centred at t hops.
    padded = np.pad(resampled, (WINDOW // 2, WINDOW // 2 + HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[: resampled.size + 1 : HOP]
    levels = 10.0 * np.log10(np.maximum(np.mean(frames**2, axis=1), 1e-12))
    active = levels > max(float(levels.max()) - _QUIET_DB, _SILENT_DB)
    return FramedRecording(resampled, frames, levels, active)


def cleaned(samples: Samples) -> Samples:
    """Finite samples [time] in [-1, 1]."""
    return np.clip(np.nan_to_num(np.ravel(samples), nan=0.0, posinf=1.0, neginf=-1.0), -1.0, 1.0).astype(np.float32)

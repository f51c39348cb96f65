"""Acoustic figures: the distance of synthetic speech to a recording of the same sentence. numpy and scipy only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from shared.quality.alignment import align
from shared.quality.cepstrum import distortion, mel_cepstra
from shared.quality.frames import FramedRecording, Samples, cleaned, framed
from shared.quality.pitch import fundamental_frequencies

_FULL_SCALE = 0.999
_QUIETEST_DB = -90.0
"""The loudness of silence, so that a difference is finite."""


@dataclass(frozen=True, slots=True)
class AcousticFigures:
    """None: not measurable, because one of the two has no speech, or no voiced frame in common.

    `mcd`: mel-cepstral distortion in dB, 0 for the same sound.
    `f0_cents`: RMSE of the pitch over the aligned frames that are voiced in both.
    `pitch_cents`: median difference of the pitch, positive for a higher voice.
    `duration_ratio`: the time from the first to the last sound, divided by the recording's.
    `loudness_db`: difference of the RMS of the frames with speech, positive if louder.
    `silence`: share of frames without speech. `clipping`: share of samples at full scale.
    """

    mcd: float | None
    f0_cents: float | None
    pitch_cents: float | None
    duration_ratio: float | None
    loudness_db: float
    silence: float
    clipping: float

    def values(self) -> dict[str, float]:
        """The measurable figures by name."""
        pairs = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: float(value) for name, value in pairs if value is not None}


def compare(recording: Samples, recording_rate: int, speech: Samples, rate: int) -> AcousticFigures:
    """The figures of `speech` against a recording of the same sentence.

    Samples [time] in [-1, 1], rates in Hz. Any input has figures: empty, silent, NaN. Of each, the first 20 s count.
    """
    expected, found = framed(recording, recording_rate), framed(speech, rate)
    mcd, f0, pitch = _aligned(expected, found)
    length = expected.speech.stop - expected.speech.start
    return AcousticFigures(
        mcd=mcd,
        f0_cents=f0,
        pitch_cents=pitch,
        duration_ratio=(found.speech.stop - found.speech.start) / length if length else None,
        loudness_db=max(found.loudness, _QUIETEST_DB) - max(expected.loudness, _QUIETEST_DB),
        silence=float(1.0 - found.active.mean()),
        clipping=clipping(speech),
    )


def clipping(samples: Samples) -> float:
    """The share of samples at full scale, 0 for an empty recording."""
    return float(np.mean(np.abs(cleaned(samples)) >= _FULL_SCALE)) if samples.size else 0.0


def mean_figures(figures: Sequence[AcousticFigures]) -> dict[str, float]:
    """The mean of each figure over the utterances where it is measurable; none for a figure that nowhere is."""
    each = [one.values() for one in figures]
    names = dict.fromkeys(name for values in each for name in values)
    return {name: float(np.mean([values[name] for values in each if name in values])) for name in names}


def _aligned(expected: FramedRecording, found: FramedRecording) -> tuple[float | None, float | None, float | None]:
    """MCD, RMSE and median difference of the pitch, over the speech without the silence around it."""
    if not expected.active.any() or not found.active.any():
        return None, None, None
    cepstra = mel_cepstra(expected.frames[expected.speech]), mel_cepstra(found.frames[found.speech])
    path = align(*cepstra)
    mcd = distortion(*cepstra, path)
    tones = []
    for one, frames in ((expected, path[:, 0]), (found, path[:, 1])):
        pitches = np.where(one.active, fundamental_frequencies(one.samples, len(one.frames)), np.nan)
        tones.append(pitches[one.speech][frames])
    cents = 1200.0 * np.log2(tones[1] / tones[0])
    cents = cents[np.isfinite(cents)]
    if not cents.size:
        return mcd, None, None
    return mcd, float(np.sqrt(np.mean(cents**2))), float(np.median(cents))

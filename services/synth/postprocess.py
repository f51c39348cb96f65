"""Postprocesses an engine's samples: even loudness, fixed silence at both ends, no clipping, no clicks."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from services.synth.engines.protocol import Samples, WordAt

LOUDNESS = 0.1
"""Target root mean square of the parts that are not silent (-20 dBFS), as in audio books, with headroom for peaks."""

_CEILING = 0.95
_LEAST_GAIN, _MOST_GAIN = 0.1, 10.0
_WINDOW_S = 0.01
_SILENCE = 0.01  # relative to the loudest window: 40 dB below it
_LEAD_S, _TAIL_S = 0.05, 0.1
_FADE_S = 0.005


@dataclass(frozen=True, slots=True)
class ProcessedAudio:
    """s16le mono; `words` in seconds from the start."""

    pcm: bytes
    words: tuple[WordAt, ...]


def gain_for(samples: Samples, sample_rate: int) -> float:
    """The factor that brings the samples to `LOUDNESS`; 1 for silence."""
    levels = _levels(samples, sample_rate)
    spoken = levels[levels > _SILENCE * levels.max(initial=0.0)]
    if not len(spoken):
        return 1.0
    return float(np.clip(LOUDNESS / np.sqrt(np.mean(spoken**2)), _LEAST_GAIN, _MOST_GAIN))


def postprocess(samples: Samples, words: tuple[WordAt, ...], sample_rate: int, gain: float) -> ProcessedAudio:
    """Apply the gain, trim the silence at both ends and fade them. The caller adds the pauses between sentences."""
    start, end = _spoken_part(samples, sample_rate)
    part = samples[start:end] * min(gain, _CEILING / max(float(np.abs(samples).max(initial=0.0)), 1e-6))
    fade = min(int(_FADE_S * sample_rate), len(part) // 2)
    if fade:
        ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)
        part[:fade] *= ramp
        part[-fade:] *= ramp[::-1]
    offset, seconds = start / sample_rate, len(part) / sample_rate
    moved = tuple(
        replace(
            word,
            start=round(min(seconds, max(0.0, word.start - offset)), 3),
            end=round(min(seconds, max(0.0, word.end - offset)), 3),
        )
        for word in words
    )
    return ProcessedAudio((part * 32767.0).astype("<i2").tobytes(), moved)


def silence(seconds: float, sample_rate: int) -> bytes:
    """Silent s16le mono samples."""
    return bytes(2 * int(seconds * sample_rate))


def _levels(samples: Samples, sample_rate: int) -> Samples:
    """The root mean square of each window of 10 ms."""
    size = max(1, int(_WINDOW_S * sample_rate))
    windows = samples[: len(samples) // size * size].reshape(-1, size)
    return np.sqrt(np.mean(windows**2, axis=1, dtype=np.float32))


def _spoken_part(samples: Samples, sample_rate: int) -> tuple[int, int]:
    size = max(1, int(_WINDOW_S * sample_rate))
    levels = _levels(samples, sample_rate)
    loud = np.flatnonzero(levels > _SILENCE * levels.max(initial=0.0))
    if not len(loud):
        return 0, len(samples)
    start = max(0, int(loud[0]) * size - int(_LEAD_S * sample_rate))
    return start, min(len(samples), (int(loud[-1]) + 1) * size + int(_TAIL_S * sample_rate))

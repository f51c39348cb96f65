"""Estimates the disk space that a render needs, from its start or for the rest of a paused one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared.contracts.kinds.speech import RenderFormat, SpeechJob

SECONDS_A_CHARACTER = 0.09
"""Of Persian prose at normal speed, with pauses. espeak-ng needs 0.08: a high estimate is safer than a full disk."""

_USUAL_RATE = 22_050
# Bytes per second of encoded audio; wav and flac depend on the sample rate.
_ENCODED: dict[RenderFormat, int] = {"mp3": 12_000, "opus": 5_000, "aac": 8_000}
FreeBytes = Callable[[Path], int]


def bytes_needed(characters: int, speed: float, rate: int | None, format: RenderFormat, spoken: int = 0) -> int:
    """Bytes for the samples of `characters` more, and for the encoded file of these and `spoken` earlier bytes.

    `rate` in Hz, None if unknown; flac is counted as wav.
    """
    rate = rate or _USUAL_RATE
    more = int(characters * SECONDS_A_CHARACTER / speed * 2 * rate)
    total = more + spoken
    encoded = _ENCODED[format] * total // (2 * rate) if format in _ENCODED else total
    return more + encoded


def remaining_bytes(job: SpeechJob) -> int:
    """The bytes that a job paused by a full disk still needs."""
    spec = job.spec
    total = bytes_needed(spec.characters, spec.speed, None, spec.response_format)
    return int(total * (1 - job.progress.fraction)) + bytes_needed(1000, 1.0, None, "wav")

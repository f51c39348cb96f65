"""How much room is needed for what is to be spoken, and for what a full disk has paused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared.contracts.kinds.speech import RenderFormat, SpeechJob

SECONDS_A_CHARACTER = 0.09
"""Of Persian prose at the usual speed, pauses included; espeak-ng takes 0.08, and room is better there than not."""

_USUAL_RATE = 22_050
# Bytes a second of what is encoded; wav and flac depend on the rate.
_ENCODED: dict[RenderFormat, int] = {"mp3": 12_000, "opus": 5_000, "aac": 8_000}
FreeBytes = Callable[[Path], int]


def bytes_needed(characters: int, speed: float, rate: int | None, format: RenderFormat, spoken: int = 0) -> int:
    """For samples of so many characters more, and for the file of these and the `spoken` bytes before them."""
    rate = rate or _USUAL_RATE
    more = int(characters * SECONDS_A_CHARACTER / speed * 2 * rate)
    whole = more + spoken
    encoded = _ENCODED[format] * whole // (2 * rate) if format in _ENCODED else whole
    return more + encoded


def remaining_bytes(job: SpeechJob) -> int:
    """What one that a full disk has paused still needs."""
    spec = job.spec
    whole = bytes_needed(spec.characters, spec.speed, None, spec.response_format)
    return int(whole * (1 - job.progress.fraction)) + bytes_needed(1000, 1.0, None, "wav")

"""Length and sample rate of a recording, and the error of one that cannot be read."""

from __future__ import annotations

from dataclasses import dataclass


class UnreadableRecording(Exception):
    """The file is not readable audio."""


@dataclass(frozen=True, slots=True)
class RecordingInfo:
    """`sample_rate` in Hz."""

    seconds: float
    sample_rate: int

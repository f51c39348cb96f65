"""The header of a WAV that is still being spoken: its length is not known, and says so as players expect."""

from __future__ import annotations

import struct

_UNKNOWN = 0xFFFFFFFF
_BYTES_A_SAMPLE = 2


def stream_header(sample_rate: int) -> bytes:
    """RIFF header for s16le mono with both sizes at their maximum (what ffmpeg writes into a pipe)."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF",
        _UNKNOWN,
        b"WAVE",
        b"fmt ",
        16,
        1,
        1,
        sample_rate,
        sample_rate * _BYTES_A_SAMPLE,
        _BYTES_A_SAMPLE,
        8 * _BYTES_A_SAMPLE,
        b"data",
        _UNKNOWN,
    )

"""WAV headers: of a stream of unknown length, and of a complete file."""

from __future__ import annotations

import struct
from typing import BinaryIO

from shared.audio.samples import BYTES_A_SAMPLE

HEADER_BYTES = 44
_UNKNOWN = 0xFFFFFFFF
_RIFF_SIZE, _DATA_SIZE = 4, 40  # byte offsets of the two sizes


def stream_header(sample_rate: int) -> bytes:
    """The RIFF header for s16le mono with both sizes at their maximum, as ffmpeg writes into a pipe."""
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
        sample_rate * BYTES_A_SAMPLE,
        BYTES_A_SAMPLE,
        8 * BYTES_A_SAMPLE,
        b"data",
        _UNKNOWN,
    )


def complete_header(file: BinaryIO) -> int:
    """Write the sizes into a file that begins with `stream_header`. Returns the file's length in bytes.

    A WAV cannot express a length above 4 GiB; then the sizes stay at their maximum.
    """
    total = file.seek(0, 2)
    if HEADER_BYTES <= total <= _UNKNOWN:
        for position, size in ((_RIFF_SIZE, total - 8), (_DATA_SIZE, total - HEADER_BYTES)):
            file.seek(position)
            file.write(struct.pack("<I", size))
        file.seek(0, 2)
    return total

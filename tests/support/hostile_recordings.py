"""Recordings whose header declares more than their bytes hold."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile
from av.audio.stream import AudioStream


def wav(path: Path, rate: int = 16_000, channels: int = 1, *, data: bytes = b"", claimed: int | None = None) -> Path:
    """16-bit PCM; `claimed`: the bytes that the header declares, by default those of `data`."""
    data = data or bytes(320)
    size = len(data) if claimed is None else claimed
    path.write_bytes(
        struct.pack(
            "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size & 0xFFFFFFFF, b"WAVE", b"fmt ", 16, 1, channels, rate,
            rate * channels * 2 & 0xFFFFFFFF, channels * 2 & 0xFFFF, 16, b"data", size,
        ) + data
    )  # fmt: skip
    return path


def long_flac(path: Path) -> Path:
    """A few hundred bytes whose STREAMINFO declares 2³⁶ - 1 samples at 22,050 Hz: 865 hours."""
    soundfile.write(path, np.zeros(400, dtype=np.float32), 22_050, format="FLAC")
    content = bytearray(path.read_bytes())
    # STREAMINFO follows `fLaC` and 4 bytes of block header; its 36 bits of samples end 16 bytes of MD5 before its end.
    content[8 + 13] |= 0x0F
    content[8 + 14 : 8 + 18] = b"\xff" * 4
    path.write_bytes(content)
    return path


def long_webm(path: Path) -> Path:
    """A WebM of one frame whose segment declares months."""
    with av.open(str(path), "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=48_000, layout="mono")
        assert isinstance(stream, AudioStream)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 960), dtype=np.float32), "flt", "mono")
        frame.sample_rate, frame.time_base, frame.pts = 48_000, Fraction(1, 48_000), 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    content = bytearray(path.read_bytes())
    at = content.index(b"\x44\x89\x88") + 3  # EBML: Duration, a float of 8 bytes, in ms
    content[at : at + 8] = struct.pack(">d", 1e10)
    path.write_bytes(content)
    return path


def silent_flac(path: Path, seconds: int) -> Path:
    """Real, and small: FLAC stores a constant block in a dozen bytes."""
    with soundfile.SoundFile(path, "w", 48_000, 2, "PCM_16", format="FLAC") as file:
        block = np.zeros((48_000 * 10, 2), dtype=np.int16)
        for _ in range(seconds // 10):
            file.write(block)
    return path

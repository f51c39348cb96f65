"""Recordings in every format that people have."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import soundfile
from av.audio.stream import AudioStream

RATE = 22050
SECONDS = 0.6


def record(path: Path, codec: str, rate: int = RATE, layout: str = "mono") -> Path:
    """A tone of 220 Hz."""
    if path.suffix == ".ogg":
        tone = 0.3 * np.sin(np.arange(int(SECONDS * rate)) * 2 * np.pi * 220 / rate)
        soundfile.write(path, np.tile(tone[:, None], 2 if layout == "stereo" else 1), rate, "VORBIS", format="OGG")
        return path
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        assert isinstance(stream, AudioStream)
        if codec == "wmav2":
            stream.bit_rate = 64_000
        tone = 0.3 * np.sin(np.arange(int(SECONDS * rate)) * 2 * np.pi * 220 / rate)
        channels = 2 if layout == "stereo" else 1
        frame = av.AudioFrame.from_ndarray(np.tile(tone, (channels, 1)).astype(np.float32), "fltp", layout)
        frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
        for fifo in av.AudioResampler(stream.format, stream.layout, rate, stream.frame_size or None).resample(frame):
            container.mux(stream.encode(fifo))
        container.mux(stream.encode(None))
    return path

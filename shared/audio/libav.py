"""Encodes speech with libav (PyAV): frames, resampling, and streamed containers."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import BinaryIO, Literal

import av
from av.audio.stream import AudioStream

from shared.audio.formats import AudioFormat, encoded_rate
from shared.audio.samples import BYTES_A_SAMPLE

# Less than a page of Ogg or a frame of FLAC, so that libav passes each on at once.
_BUFFER_BYTES = 4096
_FULL_BAND_HZ = 32_000


@dataclass(frozen=True, slots=True)
class _Container:
    name: str
    codec: Literal["libmp3lame", "libopus", "aac", "flac"]
    bit_rate: int | None  # for speech up to 12 kHz wide
    bit_rate_full: int | None
    streamed: dict[str, str] = field(default_factory=dict)


_CONTAINERS: dict[AudioFormat, _Container] = {
    # A stream cannot seek back to write its length (Xing), and a tag at the start only delays the first frame.
    "mp3": _Container("mp3", "libmp3lame", 64_000, 96_000, {"write_xing": "0", "id3v2_version": "0"}),
    # A page of Ogg is a second by default, and a player hears nothing before it is complete.
    "opus": _Container("ogg", "libopus", 40_000, 40_000, {"page_duration": "100000"}),
    "aac": _Container("adts", "aac", 64_000, 64_000),
    "flac": _Container("flac", "flac", None, None, {"metadata_header_padding": "0"}),
}


class Pipe:
    """An in-memory sink that cannot seek; `take` returns and removes its content."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


class Muxer:
    """Encodes into a `Pipe` as a stream, or into a seekable file, whose headers are completed at the end."""

    def __init__(self, sink: Pipe | BinaryIO, format: AudioFormat, sample_rate: int) -> None:
        chosen = _CONTAINERS[format]
        rate = encoded_rate(format, sample_rate)
        streamed = isinstance(sink, Pipe)
        self._pipe = sink if isinstance(sink, Pipe) else None
        # bitexact: the same speech gives the same bytes, without libav's version and a random serial number.
        options = {"flush_packets": "1", "fflags": "+bitexact", **(chosen.streamed if streamed else {})}
        self._container = av.open(sink, "w", format=chosen.name, options=options, buffer_size=_BUFFER_BYTES)
        try:
            self._stream: AudioStream = self._container.add_stream(chosen.codec, rate=rate, layout="mono")
            bits = chosen.bit_rate_full if rate >= _FULL_BAND_HZ else chosen.bit_rate
            if bits is not None:
                self._stream.bit_rate = bits
            self._container.start_encoding()
        except BaseException:
            self._container.close()
            raise
        self._frames = _Frames(sample_rate)

    def push(self, pcm: bytes) -> bytes:
        if pcm:
            self._container.mux(self._stream.encode(self._frames.next(pcm)))
        return self._ready()

    def finish(self) -> bytes:
        self._container.mux(self._stream.encode(None))
        self._container.close()
        return self._ready()

    def close(self) -> None:
        self._container.close()

    def _ready(self) -> bytes:
        return self._pipe.take() if self._pipe is not None else b""


class Resampler:
    """Resamples raw samples."""

    def __init__(self, sample_rate: int, to: int) -> None:
        self._resampler = av.AudioResampler(format="s16", layout="mono", rate=to)
        self._frames = _Frames(sample_rate)
        self._fed = False

    def push(self, pcm: bytes) -> bytes:
        if not pcm:
            return b""
        self._fed = True
        return _samples(self._resampler.resample(self._frames.next(pcm)))

    def finish(self) -> bytes:
        return _samples(self._resampler.resample(None)) if self._fed else b""

    def close(self) -> None:
        """libav frees it with the object."""


class _Frames:
    """Converts samples to libav's frames with consecutive timestamps."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._count = 0

    def next(self, pcm: bytes) -> av.AudioFrame:
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(pcm) // BYTES_A_SAMPLE)
        frame.planes[0].update(pcm)
        frame.sample_rate = self._rate
        frame.time_base = Fraction(1, self._rate)
        frame.pts = self._count
        self._count += frame.samples
        return frame


def _samples(frames: list[av.AudioFrame]) -> bytes:
    return b"".join(bytes(frame.planes[0])[: frame.samples * BYTES_A_SAMPLE] for frame in frames)

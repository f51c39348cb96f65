"""What turns whole samples into bytes, and the one that has nothing to turn."""

from __future__ import annotations

from typing import Protocol

from shared.audio.formats import AudioFormat, encoded_rate
from shared.audio.wav import stream_header


class Codec(Protocol):
    """Takes s16le mono in whole samples. Not for two threads at once."""

    def push(self, pcm: bytes) -> bytes:
        """What became ready; it may be nothing yet."""
        ...

    def finish(self) -> bytes:
        """The rest. Nothing may be pushed afterwards."""
        ...

    def close(self) -> None:
        """Frees what it holds; harmless when repeated."""
        ...


class Plain:
    """The samples as they are, behind a header."""

    def __init__(self, head: bytes = b"") -> None:
        self._head = head

    def push(self, pcm: bytes) -> bytes:
        head, self._head = self._head, b""
        return head + pcm

    def finish(self) -> bytes:
        return self.push(b"")

    def close(self) -> None:
        """It holds nothing."""


def open_codec(format: AudioFormat, sample_rate: int) -> Codec:
    """Blocking where it loads libav, 0.1 s at first: call it in a thread."""
    if format == "wav":
        return Plain(stream_header(sample_rate))
    if format == "pcm":
        if encoded_rate(format, sample_rate) == sample_rate:
            return Plain()
        from shared.audio.libav import Resampler

        return Resampler(sample_rate, encoded_rate(format, sample_rate))
    from shared.audio.libav import Muxer, Pipe

    return Muxer(Pipe(), format, sample_rate)

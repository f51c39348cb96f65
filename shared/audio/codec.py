"""The interface of codecs, and the codec for uncompressed audio."""

from __future__ import annotations

from typing import Protocol

from shared.audio.formats import AudioFormat, encoded_rate
from shared.audio.wav import stream_header


class Codec(Protocol):
    """Encodes s16le mono, in complete samples. Not thread-safe."""

    def push(self, pcm: bytes) -> bytes:
        """The bytes that are ready; may be empty."""
        ...

    def finish(self) -> bytes:
        """The remaining bytes. `push` must not be called afterwards."""
        ...

    def close(self) -> None:
        """Free the resources. Idempotent."""
        ...


class Plain:
    """A header, then the unchanged samples."""

    def __init__(self, head: bytes = b"") -> None:
        self._head = head

    def push(self, pcm: bytes) -> bytes:
        head, self._head = self._head, b""
        return head + pcm

    def finish(self) -> bytes:
        return self.push(b"")

    def close(self) -> None:
        """No resources to free."""


def open_codec(format: AudioFormat, sample_rate: int) -> Codec:
    """The codec for a format. Blocks for 0.1 s when it first loads libav: call it in a thread."""
    if format == "wav":
        return Plain(stream_header(sample_rate))
    if format == "pcm":
        if encoded_rate(format, sample_rate) == sample_rate:
            return Plain()
        from shared.audio.libav import Resampler

        return Resampler(sample_rate, encoded_rate(format, sample_rate))
    from shared.audio.libav import Muxer, Pipe

    return Muxer(Pipe(), format, sample_rate)

"""A streaming encoder: samples in, bytes of an audio file out."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from shared.audio.codec import open_codec
from shared.audio.formats import AudioFormat, encoded_rate, instant, media_type
from shared.audio.samples import WholeSamples


class AudioEncoder:
    """Encodes one stream of s16le mono at `sample_rate`; chunks may end in the middle of a sample.

    The constructor and every call except `close` block for milliseconds: call them in a thread. Only WAV is `instant`,
    because its samples are not changed.
    """

    def __init__(self, format: AudioFormat, sample_rate: int) -> None:
        self._codec = open_codec(format, sample_rate)
        self._whole = WholeSamples()
        self._working = threading.Lock()
        self._closed = False
        self.sample_rate = encoded_rate(format, sample_rate)
        """The sample rate of the output, in Hz."""
        self.media_type = media_type(format, sample_rate)
        self.instant = instant(format)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def encode(self, pcm: bytes) -> bytes:
        """The bytes that are ready; may be empty. Raises `ValueError` if the encoder is closed."""
        return self._work(pcm, last=False)

    def finish(self) -> bytes:
        """The remaining bytes; closes the encoder. An incomplete sample at the end is dropped."""
        try:
            return self._work(b"", last=True)
        finally:
            self.close()

    def close(self) -> None:
        """Close from any thread without waiting: a running call frees the codec when it ends."""
        self._closed = True
        if self._working.acquire(blocking=False):
            try:
                self._codec.close()
            finally:
                self._working.release()

    def _work(self, pcm: bytes, *, last: bool) -> bytes:
        try:
            with self._working:
                if self._closed:
                    raise ValueError("The encoder is closed.")
                out = self._codec.push(self._whole.of(pcm))
                return out + self._codec.finish() if last else out
        finally:
            if self._closed:
                self.close()

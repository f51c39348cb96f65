"""Speech in, a file's bytes out as they become ready."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Self

from shared.audio.codec import open_codec
from shared.audio.formats import AudioFormat, encoded_rate, instant, media_type
from shared.audio.samples import WholeSamples


class AudioEncoder:
    """One stream of s16le mono at `sample_rate`; chunks may end in the middle of a sample.

    Every call but `close` is blocking work of milliseconds: make it, like the constructor, in a thread. WAV alone is
    `instant`: its samples pass as they are.
    """

    def __init__(self, format: AudioFormat, sample_rate: int) -> None:
        self._codec = open_codec(format, sample_rate)
        self._whole = WholeSamples()
        self._working = threading.Lock()
        self._closed = False
        self.sample_rate = encoded_rate(format, sample_rate)
        """Of what comes out, in Hz."""
        self.media_type = media_type(format, sample_rate)
        self.instant = instant(format)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def encode(self, pcm: bytes) -> bytes:
        """What became ready; it may be nothing yet. Raises `ValueError` once it is closed."""
        return self._work(pcm, last=False)

    def finish(self) -> bytes:
        """The rest, and it is closed. Half a sample at the very end is no sound and falls away."""
        try:
            return self._work(b"", last=True)
        finally:
            self.close()

    def close(self) -> None:
        """From any thread, without waiting: a call that is under way frees what it used when it ends."""
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

"""Chunks of s16le mono samples, which may end in the middle of a sample."""

from __future__ import annotations

BYTES_A_SAMPLE = 2


class WholeSamples:
    """Joins samples that are split between two chunks."""

    def __init__(self) -> None:
        self._half = b""

    def of(self, chunk: bytes) -> bytes:
        """The complete samples; an incomplete one is kept for the next chunk."""
        buffered = self._half + chunk
        complete = len(buffered) - len(buffered) % BYTES_A_SAMPLE
        self._half = buffered[complete:]
        return buffered[:complete]

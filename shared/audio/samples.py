"""Samples as they travel: s16le, mono, in chunks that may end anywhere."""

from __future__ import annotations

BYTES_A_SAMPLE = 2


class WholeSamples:
    """Puts together the samples that were cut in two on their way."""

    def __init__(self) -> None:
        self._half = b""

    def of(self, chunk: bytes) -> bytes:
        """All samples that are complete now; half a one waits for the next chunk."""
        given = self._half + chunk
        whole = len(given) - len(given) % BYTES_A_SAMPLE
        self._half = given[whole:]
        return given[:whole]

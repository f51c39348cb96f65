"""Opens text files as streams and unpacks gzip, which it detects by the first bytes, not by the name."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from shared.contracts.errors import BadDataset
from shared.files.archive import MAX_RATIO, RATIO_FROM_BYTES
from shared.files.formats import format_of, read_head


@contextmanager
def opened_bytes(path: Path) -> Iterator[io.BufferedReader]:
    """The file's bytes, unpacked. Reading raises `OSError`, and `BadDataset` for damaged gzip or a bomb."""
    if format_of(read_head(path)) != "gzip":
        with path.open("rb") as file:
            yield file
        return
    try:
        with gzip.open(path, "rb") as unpacked:
            yield io.BufferedReader(_Bounded(unpacked, path))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadDataset(
            f"{path.name} is damaged: it is truncated, or not compressed by gzip.", hint="Pack it again."
        ) from error


@contextmanager
def opened_text(path: Path) -> Iterator[TextIO]:
    """The file's text with unchanged line ends (`shared/lines.py`); invalid UTF-8 bytes become lone surrogates."""
    with (
        opened_bytes(path) as file,
        io.TextIOWrapper(file, encoding="utf-8-sig", errors="surrogateescape", newline="") as text,
    ):
        yield text


class _Bounded(io.RawIOBase):
    """Limits the unpacked size by the bytes read, not by the size in gzip's trailer."""

    def __init__(self, unpacked: gzip.GzipFile, path: Path) -> None:
        self._unpacked = unpacked
        self._path = path
        self._packed = max(1, path.stat().st_size)
        self._total = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override] # narrower than Buffer
        count = self._unpacked.readinto(buffer)
        self._total += count
        if self._total > RATIO_FROM_BYTES and self._total / self._packed > MAX_RATIO:
            raise BadDataset(f"{self._path.name} unpacks to more than {MAX_RATIO} times its size.")
        return count

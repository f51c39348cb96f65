"""Reads an untrusted archive's bytes with bounds: forward only, with a budget for the memory of a parser.

`tarfile` and `zipfile` read a header as long as it says: one pax header of a gigabyte, one central directory. Their
files are wrapped, so that such a read fails before it happens.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from shared.contracts.errors import BadDataset, TooLarge
from shared.files.formats import Format

if TYPE_CHECKING:
    from typing_extensions import Buffer

_BLOCK = 1 << 16
_XZ_MEMORY = 128 << 20
"""`xz -9` needs 65 MB to unpack; a header may ask for 4 GB."""


def open_unpacked(path: Path, kind: Format) -> BinaryIO:
    """The unpacked bytes of a file, streamed. Raises `OSError`; reading raises the errors of the library."""
    match kind:
        case "gzip":
            return cast("BinaryIO", gzip.open(path, "rb"))
        case "bzip2":
            return cast("BinaryIO", bz2.open(path, "rb"))
        case "xz":
            return cast("BinaryIO", io.BufferedReader(_Xz(path), _BLOCK))
        case _:
            return path.open("rb")


class _Xz(io.RawIOBase):
    """`lzma.open` has no limit of memory."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._decompressor = self._new()

    @staticmethod
    def _new() -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """Raises `EOFError` for a file that is cut off, `LZMAError`."""
        target = memoryview(buffer).cast("B")
        while True:
            if self._decompressor.eof:
                rest = self._decompressor.unused_data.lstrip(b"\0") or self._file.read(_BLOCK).lstrip(b"\0")
                if not rest:
                    return 0
                self._decompressor = self._new()
            else:
                rest = self._file.read(_BLOCK) if self._decompressor.needs_input else b""
                if self._decompressor.needs_input and not rest:
                    raise EOFError("the archive is cut off")
            data = self._decompressor.decompress(rest, len(target))
            if data:
                target[: len(data)] = data
                return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class ForwardFile:
    """A file for `tarfile` that is read once, forward: a seek back would unpack everything again.

    `budget`: the bytes that may be read (not skipped) until it is set again. `check`: called with the total so far.
    """

    def __init__(self, file: BinaryIO, check: Callable[[int], None]) -> None:
        self._file = file
        self._check = check
        self._position = 0
        self._last = b""  # tarfile goes back by one byte, to find out whether a member is complete
        self._back = 0
        self.budget = 0

    def read(self, size: int) -> bytes:
        """Raises `TooLarge` above the budget, and the error of `check`."""
        self.budget -= size
        if size < 0 or self.budget < 0:  # a tar header may hold a negative size
            raise TooLarge("The archive has a header that is too large.", hint="Pack it again with other names.")
        taken = self._last if self._back and size else b""
        self._back = 0 if taken else self._back
        data = self._take(size - len(taken))
        if data:
            self._last = data[-1:]
        return taken + data

    def tell(self) -> int:
        return self._position - self._back

    def seek(self, position: int) -> int:
        """Skip to a later position. Raises `BadDataset` for an earlier one."""
        if position == self._position - 1 and self._last:
            self._back = 1
            return position
        if position < self._position:
            raise BadDataset("The archive's members overlap.", hint="Pack it again.")
        self._back = 0
        while self._position < position:
            data = self._take(min(_BLOCK, position - self._position))
            if not data:
                break
            self._last = data[-1:]
        return self._position

    def _take(self, size: int) -> bytes:
        if size <= 0:
            return b""
        data = self._file.read(size)
        self._position += len(data)
        self._check(self._position)
        return data


class BoundedFile:
    """A file for `zipfile` that refuses a single read of more than `limit` bytes: that of a central directory."""

    def __init__(self, file: BinaryIO, limit: int) -> None:
        self._file = file
        self._limit = limit

    def read(self, size: int = -1) -> bytes:
        """Raises `TooLarge` above the limit."""
        if size > self._limit:
            raise TooLarge(
                f"The archive's list of contents has more than {self._limit:,} bytes.",
                hint="Pack the dataset as .tar.gz, which has none.",
            )
        return self._file.read(min(size, self._limit) if size >= 0 else self._limit)

    def seek(self, position: int, whence: int = 0) -> int:
        return self._file.seek(position, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()

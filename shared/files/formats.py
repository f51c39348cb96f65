"""Detects a file's format by its first bytes: the name may be wrong, and the end of an archive may belong to another
archive inside it."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Literal

Format = Literal["zip", "tar", "gzip", "bzip2", "xz", "parquet", "arrow", "unknown"]
ARCHIVES: frozenset[Format] = frozenset({"zip", "tar", "gzip", "bzip2", "xz"})

_MAGIC: tuple[tuple[bytes, Format], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),  # an archive without members
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
)
_FOREIGN = (
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "compressed by Zstandard"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word document"),
    (b"%PDF", "a PDF document"),
    (b"RIFF", "a WAV recording"),
    (b"ID3", "an MP3 recording"),
    (b"fLaC", "a FLAC recording"),
    (b"OggS", "an Ogg recording"),
)


def read_head(path: Path) -> bytes:
    """The first block of a file. Blocking. Raises `OSError`."""
    with path.open("rb") as file:
        return file.read(tarfile.BLOCKSIZE)


def format_of(head: bytes) -> Format:
    """The format of a file. `head`: its first 512 bytes, or all of a shorter file."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    return "tar" if _is_tar_header(head) else "unknown"


def foreign_format(head: bytes) -> str | None:
    """The name, such as “a RAR archive”, of a known format that Sokhan does not read; else None."""
    return next((name for magic, name in _FOREIGN if head.startswith(magic)), None)


def _is_tar_header(head: bytes) -> bool:
    """Whether the checksum of the first member's header is right; tars before POSIX have no magic bytes."""
    if len(head) < tarfile.BLOCKSIZE:
        return False
    if not any(head):  # a tar without members
        return True
    try:
        tarfile.TarInfo.frombuf(head, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True

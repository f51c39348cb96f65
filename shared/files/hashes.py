"""The Hub's hashes of files: SHA-256 for large files, git's blob id for small ones."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol


class Digest(Protocol):
    def update(self, data: bytes | bytearray, /) -> None: ...

    def hexdigest(self) -> str: ...


def git_blob_digest(size: int) -> Digest:
    """Computes git's id of a blob of `size` bytes. SHA-1 detects accidental damage here, as it does in git."""
    return hashlib.sha1(f"blob {size}\0".encode(), usedforsecurity=False)


def expected_digest(sha256: str | None, git_sha1: str | None, size: int) -> tuple[Digest, str | None]:
    """The digest to compute for a file and its expected value; None if the file's hash is not known."""
    if sha256 is None and git_sha1 is not None:
        return git_blob_digest(size), git_sha1
    return hashlib.sha256(), sha256


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file. Blocking. Raises `OSError`."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

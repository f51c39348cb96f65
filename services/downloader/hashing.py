"""Is a file what the Hub says it is? sha256 for large files, git's blob sha1 for small ones."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Protocol

from services.downloader.hub import RemoteFile
from shared.contracts.errors import HashMismatch

_CHUNK = 1 << 20


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class Verifier:
    """Fed the file's bytes in order; computes sha256 for the manifest and, where needed, the git blob id."""

    def __init__(self, file: RemoteFile) -> None:
        self._file = file
        self._sha256: _Digest = hashlib.sha256()
        self._git: _Digest | None = None
        if file.sha256 is None and file.git_sha1 is not None:
            self._git = hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
        self.received = 0

    def update(self, data: bytes) -> None:
        self.received += len(data)
        self._sha256.update(data)
        if self._git is not None:
            self._git.update(data)

    def finish(self) -> str:
        """The sha256. Raises `HashMismatch` where size or hash differ from the Hub's word."""
        file, sha256 = self._file, self._sha256.hexdigest()
        right = self.received == file.size
        if file.sha256 is not None:
            right &= sha256 == file.sha256
        if self._git is not None:
            right &= self._git.hexdigest() == file.git_sha1
        if not right:
            raise HashMismatch(
                f"{file.path} arrived damaged: {self.received:,} of {file.size:,} bytes, or other content.",
                hint="The line or a proxy changes what it carries; nothing of it was kept.",
            )
        return sha256


def verify_on_disk(path: Path, file: RemoteFile) -> str | None:
    """The sha256 of a file that is whole already, or None. Blocking."""
    try:
        if path.stat().st_size != file.size:
            return None
        verifier = Verifier(file)
        with path.open("rb") as content:
            while chunk := content.read(_CHUNK):
                verifier.update(chunk)
        return verifier.finish()
    except (FileNotFoundError, HashMismatch):
        return None

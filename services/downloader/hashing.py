"""Compares files with the Hub's hashes: sha256 for large files, git's blob sha1 for small ones."""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path

from shared.contracts.errors import HashMismatch
from shared.files.hashes import Digest, git_blob_digest
from shared.files.partial import PartialFile
from shared.hub import RemoteFile

_CHUNK = 1 << 20
# Bytes of other connections that each write reads back and hashes: hashing keeps up with four times its speed.
_CATCH_UP = 1 << 20


class Verifier:
    """Takes the file's bytes in order; computes sha256 for the manifest and, if needed, the git blob id."""

    def __init__(self, file: RemoteFile) -> None:
        self._file = file
        self._sha256: Digest = hashlib.sha256()
        self._git: Digest | None = None
        if file.sha256 is None and file.git_sha1 is not None:
            self._git = git_blob_digest(file.size)
        self.received = 0

    def update(self, data: bytes | bytearray) -> None:
        self.received += len(data)
        self._sha256.update(data)
        if self._git is not None:
            self._git.update(data)

    def finish(self) -> str:
        """The sha256. Raises `HashMismatch` if size or hash differ from the Hub's."""
        file, sha256 = self._file, self._sha256.hexdigest()
        right = self.received == file.size
        if file.sha256 is not None:
            right &= sha256 == file.sha256
        if self._git is not None:
            right &= self._git.hexdigest() == file.git_sha1
        if not right:
            raise HashMismatch(
                f"{file.path} arrived damaged: {self.received:,} of {file.size:,} bytes, or other content.",
                hint="The connection or a proxy changes the content; nothing of it was kept.",
            )
        return sha256


class FollowingVerifier:
    """Hashes a partial file while it grows: bytes in order as they arrive, the others by reading them back.

    A complete file is then verified within a moment, whatever its size. Safe for several threads.
    """

    def __init__(self, partial: PartialFile, file: RemoteFile) -> None:
        self._partial = partial
        self._verifier = Verifier(file)
        self._size = file.size
        self._lock = threading.Lock()

    def wrote(self, start: int, data: bytes | bytearray) -> None:
        """Call this after each write, from the writing thread."""
        if not self._lock.acquire(blocking=False):
            return  # another thread is hashing; it or `finish` reaches these bytes
        try:
            if start == self._verifier.received:
                self._verifier.update(data)
            else:
                self._advance(_CATCH_UP)
        finally:
            self._lock.release()

    def finish(self) -> str:
        """The sha256 of the whole file. Raises `HashMismatch`."""
        with self._lock:
            self._advance(self._size)
            return self._verifier.finish()

    def _advance(self, most: int) -> None:
        until = min(self._partial.prefix, self._verifier.received + most)
        while self._verifier.received < until:
            self._verifier.update(
                self._partial.read(self._verifier.received, min(_CHUNK, until - self._verifier.received))
            )


def verify_on_disk(path: Path, file: RemoteFile) -> str | None:
    """The sha256 of a complete file on disk, or None. Blocking."""
    try:
        if path.stat().st_size != file.size:
            return None
        verifier = Verifier(file)
        with path.open("rb") as content:
            while chunk := content.read(_CHUNK):
                verifier.update(chunk)
        return verifier.finish()
    except (FileNotFoundError, IsADirectoryError, HashMismatch):
        return None

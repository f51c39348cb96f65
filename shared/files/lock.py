"""An exclusive lock on a folder between processes; it ends with its process, also after a kill.

The lock is an flock on a file of its own, which is removed with the lock, so that folders of jobs leave none behind.
Another process may have opened that file before: what it locks then has no name any more, and it begins again. Only the
lock on the file that has the name counts.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO


@contextmanager
def try_lock(folder: Path, place: Path) -> Iterator[bool]:
    """Whether this process holds the lock for the block. The lock file is in `place`, named by a hash of the path."""
    path = _lock_path(folder, place)
    try:
        file = _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
        return
    with _removed_at_the_end(path, file):
        yield True


@contextmanager
def wait_lock(path: Path, place: Path) -> Iterator[None]:
    """Hold the lock for the block, after waiting for its holder. Blocking: only for locks that are held briefly."""
    lock = _lock_path(path, place)
    with _removed_at_the_end(lock, _locked(lock, fcntl.LOCK_EX)):
        yield


def _lock_path(path: Path, place: Path) -> Path:
    name = hashlib.sha256(str(path.absolute()).encode(errors="surrogateescape")).hexdigest()[:32]
    return place / f"{name}.lock"


def _locked(path: Path, operation: int) -> IO[str]:
    """The open lock file, locked, while `path` is its name. Raises `BlockingIOError` with `LOCK_NB`."""
    while True:
        file = path.open("w")
        try:
            fcntl.flock(file, operation)
            if _is_named(file, path):
                return file
        except BaseException:
            file.close()
            raise
        file.close()


def _is_named(file: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ESTALE}:  # ESTALE: NFS, the file that we opened was removed elsewhere
            return False
        raise


@contextmanager
def _removed_at_the_end(path: Path, file: IO[str]) -> Iterator[None]:
    """Removed before it is unlocked: after that it may be another's."""
    with file:
        try:
            yield
        finally:
            with suppress(OSError):  # the folder of the locks may be gone: the lock ends all the same
                path.unlink()

"""An exclusive lock on a folder between processes; it ends with its process, also after a kill."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


@contextmanager
def try_lock(folder: Path, place: Path) -> Iterator[bool]:
    """Whether this process holds the lock for the block. The lock file is in `place`, named by a hash of the path."""
    with _lock_file(folder, place) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def wait_lock(path: Path, place: Path) -> Iterator[None]:
    """Hold the lock for the block, after waiting for its holder. Blocking: only for locks that are held briefly."""
    with _lock_file(path, place) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _lock_file(path: Path, place: Path) -> IO[str]:
    name = hashlib.sha256(str(path.absolute()).encode(errors="surrogateescape")).hexdigest()[:32]
    return (place / f"{name}.lock").open("w")

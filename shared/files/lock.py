"""An exclusive lock on a folder between processes; it ends with its process, also after a kill."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def try_lock(folder: Path, place: Path) -> Iterator[bool]:
    """Whether this process holds the lock for the block. The lock file is in `place`, named by a hash of the path."""
    name = hashlib.sha256(str(folder.absolute()).encode(errors="surrogateescape")).hexdigest()[:32]
    with (place / f"{name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True

"""Read locks: readers of a folder hold a shared lock on one of its files (the guard), which prevents a removal.

Locks end with their process. A removal first renames the folder, under the exclusive lock. A reader that opened the
guard before the rename and got the lock after it detects that the folder is no longer there.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def start_reading(guard: Path) -> IO[bytes]:
    """Open the guard file with a shared lock; close it to release the lock. Waits for a removal, which is a rename.

    Raises `FileNotFoundError` if the guard is missing, or its folder was removed meanwhile.
    """
    file = guard.open("rb")
    try:
        fcntl.flock(file, fcntl.LOCK_SH)
        if not os.path.samestat(os.fstat(file.fileno()), guard.stat()):
            raise FileNotFoundError(guard)
    except BaseException:
        file.close()
        raise
    return file


@contextmanager
def reading(guard: Path) -> Iterator[None]:
    """Hold the shared lock for the block; see `start_reading`."""
    with start_reading(guard):
        yield


@contextmanager
def try_removing(guard: Path) -> Iterator[bool]:
    """Whether the folder exists and has no reader for the block; then it may be renamed."""
    try:
        file = guard.open("rb")
    except FileNotFoundError:
        yield False
        return
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield guard.exists() and os.path.samestat(os.fstat(file.fileno()), guard.stat())

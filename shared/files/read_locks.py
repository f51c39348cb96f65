"""Who reads a folder keeps it: a shared lock on one of its files, which whoever would remove the folder respects.

Locks end with the process that holds them. A folder is removed by a rename first, under the exclusive lock: a reader
that opened the file before and got the lock after finds that its folder is no longer there.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def start_reading(guard: Path) -> IO[bytes]:
    """The guard file, shared; close it when the folder has been read. Waits for a removal, which is a rename.

    Raises `FileNotFoundError` where the file is not there, or its folder was removed meanwhile.
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
    """See `start_reading`."""
    with start_reading(guard):
        yield


@contextmanager
def try_removing(guard: Path) -> Iterator[bool]:
    """Whether nobody reads the folder for the length of the block, and it is there: then it may be renamed."""
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

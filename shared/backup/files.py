"""Copies of files with their sha256."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, BinaryIO

from shared.backup.errors import BadBackup
from shared.backup.index import BackupMember
from shared.contracts.errors import NoSpace, Unavailable
from shared.files.archive import RESERVE_BYTES
from shared.files.disk import disk_is_full
from shared.files.names import visible
from shared.files.opening import open_below

_CHUNK = 1 << 20


class Stopped(Exception):
    """The work was cancelled."""


class Pace:
    """How far blocking work is, and whether it has to end. Shared by the thread that works and the one that waits.

    `report` gets the bytes so far.
    """

    def __init__(self, report: Callable[[int], None] = lambda _: None) -> None:
        self._report = report
        self._stopped = threading.Event()
        self.bytes = 0

    def stop(self) -> None:
        self._stopped.set()

    def advance(self, size: int) -> None:
        """Count bytes. Raises `Stopped`."""
        if self._stopped.is_set():
            raise Stopped
        self.bytes += size
        self._report(self.bytes)


def copy_hashed(source: IO[bytes], target: Path, pace: Pace) -> tuple[int, str]:
    """Copy an open file to a new one and sync it. Returns the size in bytes and the sha256. Blocking.

    Raises `OSError`, `FileExistsError` if the target exists, `Stopped`.
    """
    digest, size = hashlib.sha256(), 0
    pace.advance(0)
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("xb") as out:
        for chunk in _chunks(source):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
            pace.advance(len(chunk))
        out.flush()
        os.fsync(out.fileno())
    return size, digest.hexdigest()


def open_member(backup: Path, member: BackupMember) -> BinaryIO:
    """A file of a backup. Raises `BadBackup` if it is missing, a link, or has another size."""
    try:
        file = open_below(backup, member.path)
    except FileNotFoundError:
        raise BadBackup(f"The backup lacks {visible(member.path)}.") from None
    except OSError as error:
        raise BadBackup(f"{visible(member.path)} of the backup cannot be read: {error.strerror or error}.") from error
    if os.fstat(file.fileno()).st_size != member.size:
        file.close()
        raise BadBackup(f"{visible(member.path)} of the backup has another size than its index says.")
    return file


@contextmanager
def member_lines(backup: Path, member: BackupMember) -> Iterator[IO[bytes]]:
    """A file of a backup to read by lines. Raises as `open_member`."""
    with open_member(backup, member) as raw, os.fdopen(os.dup(raw.fileno()), "rb") as file:
        yield file


def check_member(member: BackupMember, size: int, sha256: str) -> None:
    """Raises `BadBackup` for another content than the index says."""
    if (size, sha256) != (member.size, member.sha256):
        raise BadBackup(f"{visible(member.path)} of the backup is damaged: its content differs from the index.")


def hash_open(file: IO[bytes], pace: Pace) -> tuple[int, str]:
    """The size in bytes and the sha256 of an open file. Raises `Stopped`."""
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(file):
        digest.update(chunk)
        size += len(chunk)
        pace.advance(len(chunk))
    return size, digest.hexdigest()


def require_free(free: int, size: int, folder: Path) -> None:
    """Raises `NoSpace` unless `free` bytes have room for `size` and a reserve."""
    if free < size + RESERVE_BYTES:
        raise NoSpace(
            f"{folder} has {free / 1e9:.2f} GB free; {size / 1e9:.2f} GB and a reserve of "
            f"{RESERVE_BYTES / 1e9:.2f} GB are needed.",
            hint="Free some space, or use another disk.",
        )


def full_disk(error: OSError, folder: Path) -> NoSpace | None:
    """The error of a disk that became full; None for any other."""
    return NoSpace(f"The disk of {folder} became full.", hint="Free some space.") if disk_is_full(error) else None


def unreadable(error: OSError) -> Unavailable:
    """The error of a file that cannot be read or written."""
    return Unavailable(f"{error.filename}: {error.strerror}.", hint="Run it as the user of the platform.")


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk

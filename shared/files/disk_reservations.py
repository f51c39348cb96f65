"""Reserves disk space for running downloads.

Each download has a file `run/reservations/<job id>` with the bytes it still has to write, and holds a lock on it that
ends with its process: a dead process reserves nothing. A new download is refused before its first byte if the free
space less all reservations is too small.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from shared.contracts.errors import NoSpace

# Left free for manifests, the store and the logs.
SPARE_BYTES = 64 * 1024 * 1024
_GUARD = "guard"
_WIDTH = 20


class Reservation:
    """The reservation of one download, updated as bytes arrive."""

    def __init__(self, file: int) -> None:
        self._file = file

    def update(self, left: int) -> None:
        with suppress(OSError):  # a full disk: the reservation keeps its size
            os.pwrite(self._file, f"{max(0, left):{_WIDTH}d}".encode(), 0)


class DiskReservations:
    """`folder` is on the disk of the downloads, and shared by all processes that write there."""

    def __init__(self, folder: Path, free_bytes: Callable[[Path], int]) -> None:
        self._folder = folder
        self._free = free_bytes

    @contextmanager
    def reserve(self, job_id: str, needed: int) -> Iterator[Reservation]:
        """Reserve this many bytes for the length of the block. Raises `NoSpace`. Blocking, briefly."""
        with self._guarded():
            others = self._promised()
            free = self._free(self._folder)
            if needed and needed + SPARE_BYTES > free - others:
                raise NoSpace(
                    f"The download needs {needed:,} bytes and some to spare; "
                    f"{max(0, free - others):,} are free and not reserved.",
                    hint="Make room under SOKHAN_DATA, or choose files with include and exclude.",
                )
            path = self._folder / job_id
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(file, fcntl.LOCK_EX)
        try:
            reservation = Reservation(file)
            reservation.update(needed)
            yield reservation
        finally:
            path.unlink(missing_ok=True)
            os.close(file)

    def has_space_for(self, needed: int) -> bool:
        """Whether a download of this size could begin now. Blocking."""
        with self._guarded():
            return needed + SPARE_BYTES <= self._free(self._folder) - self._promised()

    def reserved(self) -> int:
        """The bytes that running downloads have reserved. Blocking, briefly."""
        with self._guarded():
            return self._promised()

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / _GUARD).open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            yield

    def _promised(self) -> int:
        total = 0
        for path in self._folder.iterdir():
            if path.name == _GUARD:
                continue
            with suppress(OSError), path.open("r+") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    total += int(file.read(_WIDTH) or 0)
                else:
                    path.unlink(missing_ok=True)  # its process is dead
        return total

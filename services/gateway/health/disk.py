"""Reads the space on the disk of the data folder."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable

from shared.contracts.wire import Wire
from shared.files import DataTree
from shared.files.disk_reservations import DiskReservations

_LIMIT_S = 2.0


class DiskHealth(Wire):
    """The file system of the data folder, in bytes. `reserved`: what running downloads have yet to write of `free`."""

    total: int
    free: int
    reserved: int


class DiskReader:
    """`read`: blocking; it may hang on a network file system, and then only one thread does."""

    def __init__(self, read: Callable[[], DiskHealth]) -> None:
        self._read = read
        self._reading: asyncio.Task[DiskHealth] | None = None

    async def status(self) -> DiskHealth | None:
        """None for a disk that does not answer in time, or that cannot be read."""
        if self._reading is None:
            self._reading = asyncio.create_task(asyncio.to_thread(self._read), name="disk")
        finished, _ = await asyncio.wait({self._reading}, timeout=_LIMIT_S)
        if not finished:
            return None
        reading, self._reading = self._reading, None
        try:
            return reading.result()
        except OSError:
            return None


def disk_reader(tree: DataTree) -> DiskReader:
    reservations = DiskReservations(tree.reservations, lambda path: shutil.disk_usage(path).free)

    def read() -> DiskHealth:
        disk = shutil.disk_usage(tree.root)
        return DiskHealth(total=disk.total, free=disk.free, reserved=reservations.reserved())

    return DiskReader(read)

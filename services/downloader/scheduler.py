"""Decides the next work item of each connection."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.downloader.file_transfer import FileTransfer, TransferStage
from services.downloader.segments import Segment
from shared.tasks import wait_set

# How soon an idle connection checks again for a segment to help with.
_POLL_INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True)
class WorkItem:
    """The next work of a connection: a file to open (no segment), or a segment of an open file."""

    transfer: FileTransfer
    segment: Segment | None


class TransferScheduler:
    """Segments of open files come first, so that few files are unfinished; then the next file; then slow segments.

    `monotonic` is the clock of `FileTransfer.not_before`.
    """

    def __init__(self, transfers: Sequence[FileTransfer], monotonic: Callable[[], float]) -> None:
        self._left = len(transfers)
        self._pending = list(reversed(transfers))
        self._open: list[FileTransfer] = []
        self._clock = monotonic
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """Wake waiting connections after a file was opened, completed or put back."""
        self._changed.set()

    def opened(self, transfer: FileTransfer) -> None:
        transfer.stage = TransferStage.OPEN
        self._open.append(transfer)
        self.changed()

    def closed(self, transfer: FileTransfer) -> None:
        """Take a file off the open ones: it is done, or pending again."""
        if transfer in self._open:
            self._open.remove(transfer)
        if transfer.stage is TransferStage.DONE:
            self._left -= 1
        if transfer.stage is TransferStage.PENDING:
            self._pending.append(transfer)
        self.changed()

    async def next(self) -> WorkItem | None:
        """The next work item, as soon as there is one; None when every file is done."""
        while self._left:
            self._changed.clear()
            work = self._find()
            if work is not None:
                return work
            await self._wait()
        return None

    def _find(self) -> WorkItem | None:
        now = self._clock()
        ready = [
            transfer for transfer in self._open if transfer.stage is TransferStage.OPEN and transfer.not_before <= now
        ]
        for transfer in ready:
            if transfer.segments is not None and (segment := transfer.segments.take(now)) is not None:
                return WorkItem(transfer, segment)
        for index in range(len(self._pending) - 1, -1, -1):
            if self._pending[index].not_before <= now:
                return WorkItem(self._pending.pop(index), None)
        for transfer in ready:
            if transfer.segments is not None and (segment := transfer.segments.help(now)) is not None:
                return WorkItem(transfer, segment)
        return None

    async def _wait(self) -> None:
        now = self._clock()
        times = [transfer.not_before - now for transfer in (*self._open, *self._pending) if transfer.not_before > now]
        await wait_set(self._changed, min([*times, _POLL_INTERVAL_S]))

"""Which connection does what next."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from services.downloader.item import Item, Stage
from services.downloader.segments import Segment

# How soon an idle connection looks again whether somebody needs help.
_POLL_INTERVAL_S = 1.0


@dataclass(frozen=True, slots=True)
class Unit:
    """One turn of a connection: a file to begin (no segment), or bytes of one that is open."""

    item: Item
    segment: Segment | None


class Board:
    """Files that are open come first, so that few are unfinished at any time; then the next file; then help.

    `monotonic` is the clock of `Item.not_before`.
    """

    def __init__(self, items: Sequence[Item], monotonic: Callable[[], float]) -> None:
        self._left = len(items)
        self._pending = list(reversed(items))
        self._open: list[Item] = []
        self._clock = monotonic
        self._changed = asyncio.Event()

    def changed(self) -> None:
        """A file was opened, ended or put back: whoever waits should look again."""
        self._changed.set()

    def opened(self, item: Item) -> None:
        item.stage = Stage.OPEN
        self._open.append(item)
        self.changed()

    def closed(self, item: Item) -> None:
        """The file is done, or begins anew."""
        if item in self._open:
            self._open.remove(item)
        if item.stage is Stage.DONE:
            self._left -= 1
        if item.stage is Stage.PENDING:
            self._pending.append(item)
        self.changed()

    async def next(self) -> Unit | None:
        """The next turn, as soon as there is one; None when every file is done."""
        while self._left:
            self._changed.clear()
            unit = self._find()
            if unit is not None:
                return unit
            await self._wait()
        return None

    def _find(self) -> Unit | None:
        now = self._clock()
        ready = [item for item in self._open if item.stage is Stage.OPEN and item.not_before <= now]
        for item in ready:
            if item.segments is not None and (segment := item.segments.take(now)) is not None:
                return Unit(item, segment)
        for index in range(len(self._pending) - 1, -1, -1):
            if self._pending[index].not_before <= now:
                return Unit(self._pending.pop(index), None)
        for item in ready:
            if item.segments is not None and (segment := item.segments.help(now)) is not None:
                return Unit(item, segment)
        return None

    async def _wait(self) -> None:
        now = self._clock()
        times = [item.not_before - now for item in (*self._open, *self._pending) if item.not_before > now]
        with suppress(TimeoutError):
            async with asyncio.timeout(min([*times, _POLL_INTERVAL_S])):
                await self._changed.wait()

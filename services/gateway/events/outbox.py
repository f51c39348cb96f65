"""The queue of one subscriber, bounded in number and bytes. A full one loses superseded progress first (ADR 32)."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Literal

from shared.contracts.events import EventType

# A background tab of a browser reads every few seconds; ten events a second for a minute fit.
QUEUE_LIMIT = 600
# An event has 1 to 10 KB; a log line or a configuration may make it 100 KB. 64 slow subscribers take 256 MB.
QUEUE_BYTES = 4 * 1024 * 1024

_WHOLE_VIEWS = frozenset({"progress", "state", "snapshot", "system"})
"""Types whose events supersede an earlier event of progress, or of the system, of their topic."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An encoded event with the fields that decide what may be lost and where a reader continues.

    A `reply` is no event, but the answer to the reader itself, in its place among them.
    """

    topic: str
    job_id: str | None
    revision: int
    type: EventType | Literal["reply"]
    final: bool
    encoded: bytes


class Outbox:
    """One reader. `get` may be cancelled without a loss."""

    def __init__(self, most: int = QUEUE_LIMIT, most_bytes: int = QUEUE_BYTES) -> None:
        self._most = most
        self._most_bytes = most_bytes
        self._items: deque[Outgoing] = deque()
        self._bytes = 0
        self._closed = False
        self._readable = asyncio.Event()

    def put(self, item: Outgoing) -> bool:
        """Queue an event. False if even without the droppable ones it is above its limits: the reader is too slow."""
        self._append(item)
        if self._fits:
            return True
        self._drop_superseded()
        self._drop_logs()
        return self._fits

    def close(self) -> None:
        """Queue the end: after the queued events, `get` returns None."""
        self._closed = True
        self._readable.set()

    def empty(self) -> bool:
        return not self._items and not self._closed

    async def wait(self) -> None:
        """Wait until there is an event or the end."""
        await self._readable.wait()

    async def get(self) -> Outgoing | None:
        """The next event; None at the end."""
        await self.wait()
        return self.get_nowait()

    def get_nowait(self) -> Outgoing | None:
        """The next event; None at the end. Call it only if the outbox is not empty."""
        if not self._items:
            return None
        item = self._items.popleft()
        self._bytes -= len(item.encoded)
        if self.empty():
            self._readable.clear()
        return item

    @property
    def _fits(self) -> bool:
        return len(self._items) <= self._most and self._bytes <= self._most_bytes

    def _append(self, item: Outgoing) -> None:
        self._items.append(item)
        self._bytes += len(item.encoded)
        self._readable.set()

    def _drop_superseded(self) -> None:
        """Keep the newest progress event of each topic, that of the system, and the newest metrics event."""
        later_views: set[str] = set()
        later_metrics: set[str] = set()
        remaining: deque[Outgoing] = deque()
        for item in reversed(self._items):
            superseded = (item.type in {"progress", "system"} and item.topic in later_views) or (
                item.type == "metrics" and item.topic in later_metrics
            )
            if superseded and not item.final:
                self._bytes -= len(item.encoded)
                continue
            if item.type in _WHOLE_VIEWS:
                later_views.add(item.topic)
            elif item.type == "metrics":
                later_metrics.add(item.topic)
            remaining.appendleft(item)
        self._items = remaining

    def _drop_logs(self) -> None:
        """Drop the oldest log events until the rest fits."""
        if self._fits:
            return
        items, self._items = self._items, deque()
        count = len(items)
        for item in items:
            full = count > self._most or self._bytes > self._most_bytes
            if full and item.type == "log" and not item.final:
                count -= 1
                self._bytes -= len(item.encoded)
            else:
                self._items.append(item)

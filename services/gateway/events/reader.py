"""Reads the events of one subscriber until its connection must end."""

from __future__ import annotations

import asyncio

from services.gateway.events.closing import CloseCode
from services.gateway.events.outbox import Outgoing
from services.gateway.events.subscriber import Subscriber


class EventReader:
    """`revoked`: the caller's credential has been revoked; `stopping`: the gateway stops."""

    def __init__(self, subscriber: Subscriber, revoked: asyncio.Event, stopping: asyncio.Event) -> None:
        self._subscriber = subscriber
        self._endings = ((revoked, CloseCode.REVOKED), (stopping, CloseCode.GOING_AWAY))

    @property
    def ended(self) -> CloseCode | None:
        return next((code for event, code in self._endings if event.is_set()), None)

    async def next(self, seconds: float) -> Outgoing | CloseCode | None:
        """The next event, or why there is none any more. None after `seconds` without either."""
        queue = self._subscriber.queue
        if queue.empty() and self.ended is None:
            waits = [asyncio.create_task(queue.wait())]
            waits += [asyncio.create_task(_wait(event)) for event, _ in self._endings]
            try:
                await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in waits:
                    task.cancel()
                await asyncio.gather(*waits, return_exceptions=True)
        if (ended := self.ended) is not None:
            return ended
        if queue.empty():
            return None
        item = queue.get_nowait()
        return CloseCode.TOO_SLOW if item is None else item


async def _wait(event: asyncio.Event) -> None:
    await event.wait()

"""The topic `system`: the state of the machine for those who follow it, measured only while somebody does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from services.gateway.events.subscriber import Subscriber, encode
from services.gateway.events.topics import SYSTEM
from shared.contracts.errors import Unavailable
from shared.contracts.events import Event
from shared.contracts.system import SystemStatus
from shared.telemetry import get_logger

_LOG = get_logger("live")
# A measurement asks every service once; a chart of a machine needs no more.
_EVERY_S = 3.0

SystemReader = Callable[[], Awaitable[SystemStatus]]


@dataclass(frozen=True, slots=True)
class SystemFeed:
    """`subscribers`: a live view of the open ones."""

    subscribers: AbstractSet[Subscriber]
    read: SystemReader | None

    async def run(self) -> None:
        while self.read is not None:
            await asyncio.sleep(_EVERY_S)
            if not self._followers():
                continue
            try:
                event = await self._event()
            except Exception as error:  # the next measurement may succeed
                _LOG.warning("system_not_measured", reason=str(error) or type(error).__name__)
                continue
            encoded = encode(event)
            for subscriber in self._followers():
                subscriber.deliver(event, encoded)

    async def send_to(self, subscriber: Subscriber) -> None:
        """Deliver the state now. Raises `Unavailable`."""
        event = await self._event()
        subscriber.deliver(event, encode(event))

    def _followers(self) -> list[Subscriber]:
        return [subscriber for subscriber in self.subscribers if SYSTEM in subscriber.topics]

    async def _event(self) -> Event:
        if self.read is None:
            raise Unavailable("This process does not measure the machine.")
        return system_event(await self.read())


def system_event(status: SystemStatus) -> Event:
    """`revision` is the time in milliseconds: it grows over a restart and with several gateways."""
    revision = round(status.time.timestamp() * 1000)
    return Event(
        id=f"{SYSTEM}:{revision}",
        topic=SYSTEM,
        kind=SYSTEM,
        revision=revision,
        type="system",
        time=status.time,
        data=status.model_dump(mode="json", by_alias=True),
    )

"""Ends open connections and streams when the credential that opened them is revoked. In this process only."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends

from services.gateway.auth.identity import CallerIdentity, caller_of
from services.gateway.dependencies import provided


@dataclass(eq=False, slots=True)
class _Watcher:
    caller: CallerIdentity
    revoked: asyncio.Event


class Revocations:
    """The callers with something open, each with an event that is set when its session, key or account is revoked."""

    def __init__(self) -> None:
        self._watchers: set[_Watcher] = set()

    @contextmanager
    def watch(self, caller: CallerIdentity) -> Iterator[asyncio.Event]:
        """The event of this caller, for the duration of the block."""
        watcher = _Watcher(caller, asyncio.Event())
        self._watchers.add(watcher)
        try:
            yield watcher.revoked
        finally:
            self._watchers.discard(watcher)

    def revoke(self, *, session: str | None = None, key: str | None = None, owner: str | None = None) -> int:
        """Set the events of the callers with this session, this key or this owner. Returns their number."""
        matching = [
            watcher
            for watcher in self._watchers
            if (session is not None and watcher.caller.session == session)
            or (key is not None and watcher.caller.key == key)
            or (owner is not None and watcher.caller.owner == owner)
        ]
        for watcher in matching:
            watcher.revoked.set()
        return len(matching)


async def _revoked(
    revocations: Annotated[Revocations, Depends(provided(Revocations))],
    caller: Annotated[CallerIdentity, Depends(caller_of)],
) -> AsyncIterator[asyncio.Event]:
    with revocations.watch(caller) as revoked:
        yield revoked


Revoked = Annotated[asyncio.Event, Depends(_revoked)]
"""Set when the caller's credential is revoked. Watched until the response has been sent."""

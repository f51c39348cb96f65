"""Tickets: a credential for one connection that starts with a URL, such as a browser's WebSocket.

The store has the ticket's hash only, so a copy of it opens nothing. `delete` is atomic: one connection gets the ticket.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from shared.store import Store

_COLLECTION = "tickets"
_LENGTH = 32


class TicketRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def issue(self, owner: str, *, seconds: float) -> str:
        """A new ticket of this owner. Deletes those that have expired."""
        now = self._now()
        await self._store.delete(_COLLECTION, {"expires_at": {"$lte": now}})
        ticket = secrets.token_urlsafe(_LENGTH)
        expires = now + timedelta(seconds=seconds)
        await self._store.insert(_COLLECTION, {"id": _hash(ticket), "owner": owner, "expires_at": expires})
        return ticket

    async def redeem(self, ticket: str) -> str | None:
        """The owner, once; None for a ticket that is unknown, used or expired."""
        id_ = _hash(ticket)
        document = await self._store.get(_COLLECTION, id_)
        if document is None or not await self._store.delete(_COLLECTION, {"id": id_}):
            return None
        owner, expires = document["owner"], document["expires_at"]
        assert isinstance(owner, str)
        assert isinstance(expires, datetime)
        return owner if expires > self._now() else None


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()

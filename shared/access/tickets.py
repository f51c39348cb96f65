"""Tickets: a credential for one connection that starts with a URL, such as a browser's WebSocket.

The store has the ticket's hash only, so a copy of it opens nothing. `delete` is atomic: one connection gets the ticket.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from shared.store import Store

_COLLECTION = "tickets"
_LENGTH = 32


@dataclass(frozen=True, slots=True)
class Ticket:
    """`session` or `key`: the credential that it was issued for, in the mode with accounts."""

    owner: str
    session: str | None = None
    key: str | None = None


class TicketRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def issue(self, for_: Ticket, *, seconds: float) -> str:
        """The text of a new ticket. Deletes those that have expired."""
        now = self._now()
        await self._store.delete(_COLLECTION, {"expires_at": {"$lte": now}})
        ticket = secrets.token_urlsafe(_LENGTH)
        expires = now + timedelta(seconds=seconds)
        await self._store.insert(_COLLECTION, {"id": _hash(ticket), **asdict(for_), "expires_at": expires})
        return ticket

    async def redeem(self, ticket: str) -> Ticket | None:
        """The ticket, once; None for one that is unknown, used or expired."""
        id_ = _hash(ticket)
        document = await self._store.get(_COLLECTION, id_)
        if document is None or not await self._store.delete(_COLLECTION, {"id": id_}):
            return None
        owner, expires = document["owner"], document["expires_at"]
        assert isinstance(owner, str)
        assert isinstance(expires, datetime)
        if expires <= self._now():
            return None
        return Ticket(owner, _text(document.get("session")), _text(document.get("key")))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode()).hexdigest()

"""Counters that expire, in the collection `counters`: {id, value, expires_at}."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.store import Store
from shared.store.port import Change, Filter

_COLLECTION = "counters"


class CounterRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self.now = now

    async def add(self, key: str, amount: int, *, seconds: float) -> int:
        """Add to a counter and return its value. A new or expired counter starts at 0 and lives for `seconds`."""
        now = self.now()
        current: Filter = {"id": key, "expires_at": {"$gt": now}}
        document = await self._store.update(_COLLECTION, current, {"$inc": {"value": amount}})
        if document is None:
            await self.prune()
            expires = now + timedelta(seconds=seconds)
            # An increment, since another caller may have created the counter meanwhile.
            change: Change = {"$inc": {"value": amount}, "$set": {"expires_at": expires}}
            document = await self._store.upsert(_COLLECTION, key, change)
        value = document["value"]
        assert isinstance(value, int)
        return value

    async def value(self, key: str) -> tuple[int, datetime]:
        """The value and when it expires; 0 and now for a new or expired counter."""
        now = self.now()
        document = await self._store.get(_COLLECTION, key) or {}
        value, expires = document.get("value"), document.get("expires_at")
        if not isinstance(value, int) or not isinstance(expires, datetime) or expires <= now:
            return 0, now
        return value, expires

    async def clear(self, key: str) -> None:
        await self._store.delete(_COLLECTION, {"id": key})

    async def prune(self) -> int:
        """Delete the expired counters. Returns their number."""
        return await self._store.delete(_COLLECTION, {"expires_at": {"$lte": self.now()}})

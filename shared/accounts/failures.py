"""The collection `login_failures`: wrong passwords in a row, for a delay that grows with them.

A name is counted together with the network that tries it: a stranger cannot lock a person out. Unknown names are
counted in the same way, so that the delay does not show which names exist.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

from shared.contracts.errors import RateLimited
from shared.store import Store

_COLLECTION = "login_failures"
# Three typing errors are free; then 1, 2, 4 … seconds, up to five minutes.
_FREE = 3
_LONGEST_S = 300.0
_FORGOTTEN_AFTER = timedelta(hours=12)


class LoginFailures:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now
        self._attempts: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def attempt(
        self, name: str, network: str | None, what: str = "wrong passwords for this name"
    ) -> AsyncIterator[None]:
        """One attempt at a time: a hundred guesses at once wait for each other's failures.

        Raises `RateLimited` while the delay has not passed.
        """
        async with self._attempts.setdefault(_id(name, network), asyncio.Lock()):
            if (seconds := await self.wait_seconds(name, network)) > 0:
                raise RateLimited(f"Too many {what}.", retry_after=seconds)
            yield

    async def wait_seconds(self, name: str, network: str | None) -> float:
        """Seconds until the next attempt is allowed; 0 if it is allowed now."""
        document = await self._store.get(_COLLECTION, _id(name, network))
        if document is None:
            return 0.0
        failures, last = document.get("failures"), document.get("last_at")
        if not isinstance(failures, int) or not isinstance(last, datetime) or failures < _FREE:
            return 0.0
        delay = min(2.0 ** min(failures - _FREE, 16), _LONGEST_S)
        return max(0.0, delay - (self._now() - last).total_seconds())

    async def add(self, name: str, network: str | None) -> None:
        now = self._now()
        await self._store.delete(_COLLECTION, {"last_at": {"$lte": now - _FORGOTTEN_AFTER}})
        await self._store.upsert(_COLLECTION, _id(name, network), {"$inc": {"failures": 1}, "$set": {"last_at": now}})

    async def clear(self, name: str, network: str | None) -> None:
        await self._store.delete(_COLLECTION, {"id": _id(name, network)})


def _id(name: str, network: str | None) -> str:
    return hashlib.sha256(f"{name}\n{network}".encode("utf-8", "surrogatepass")).hexdigest()

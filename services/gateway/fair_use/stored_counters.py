"""The store as a storage of the library `limits`, for windows of a day that a restart must not reset."""

from __future__ import annotations

from limits.aio.storage import Storage

from shared.access import CounterRepository
from shared.contracts.errors import Unavailable


class StoredCounters(Storage):
    """A counter lives from its first hit for the length of its window."""

    STORAGE_SCHEME = None

    def __init__(self, counters: CounterRepository) -> None:
        super().__init__()
        self._counters = counters

    @property
    def base_exceptions(self) -> type[Exception]:
        return Unavailable

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        return await self._counters.add(key, amount, seconds=expiry)

    async def get(self, key: str) -> int:
        value, _ = await self._counters.value(key)
        return value

    async def get_expiry(self, key: str) -> float:
        _, expires = await self._counters.value(key)
        return expires.timestamp()

    async def check(self) -> bool:
        await self._counters.value("")
        return True

    async def reset(self) -> int:
        return await self._counters.prune()

    async def clear(self, key: str) -> None:
        await self._counters.clear(key)

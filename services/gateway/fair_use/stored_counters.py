"""The store as a storage of the library `limits`, for windows of a day that a restart must not reset.

A durable write costs more than the rest of a small request, so a hit is written if the last write is a second old: a
gateway that is killed forgets the hits since its last write, and two gateways see each other's counts that late.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from limits.aio.storage import Storage

from shared.access import CounterRepository
from shared.contracts.errors import Unavailable

_WRITE_EVERY_S = 1.0
_MAX_KNOWN = 10_000


@dataclass(slots=True)
class _Counter:
    """`value` contains `unwritten`. `written_at` on the monotonic clock, `expires_at` as a timestamp.

    `started`: a hit of this process was written, so that `expires_at` is the end of its window.
    """

    value: int
    expires_at: float
    written_at: float
    unwritten: int = 0
    started: bool = False


class StoredCounters(Storage):
    """A counter lives from its first hit for the length of its window."""

    STORAGE_SCHEME = None

    def __init__(self, counters: CounterRepository, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._counters = counters
        self._clock = clock
        self._known: dict[str, _Counter] = {}

    @property
    def base_exceptions(self) -> type[Exception]:
        return Unavailable

    async def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        counter = await self._counter(key)
        counter.value += amount
        counter.unwritten += amount
        if self._clock() - counter.written_at >= _WRITE_EVERY_S:
            await self._write(key, counter, expiry)
        return counter.value

    async def get(self, key: str) -> int:
        return (await self._counter(key)).value

    async def get_expiry(self, key: str) -> float:
        return (await self._counter(key)).expires_at

    async def check(self) -> bool:
        await self._counters.value("")
        return True

    async def reset(self) -> int:
        self._known.clear()
        return await self._counters.prune()

    async def clear(self, key: str) -> None:
        self._known.pop(key, None)
        await self._counters.clear(key)

    async def _counter(self, key: str) -> _Counter:
        """The counter in memory; one that is new here or expired is read from the store.

        The unwritten part of an expired one is dropped: it belongs to a window that is over.
        """
        counter = self._known.get(key)
        if counter is None or self._is_expired(counter):
            value, expires = await self._counters.value(key)
            if len(self._known) >= _MAX_KNOWN:
                self._known.clear()
            counter = self._known[key] = _Counter(value, expires.timestamp(), written_at=-math.inf)
        return counter

    def _is_expired(self, counter: _Counter) -> bool:
        over = counter.expires_at <= self._counters.now().timestamp()
        return over and (counter.started or not counter.unwritten)

    async def _write(self, key: str, counter: _Counter, seconds: int) -> None:
        amount, counter.unwritten = counter.unwritten, 0
        counter.written_at = self._clock()
        try:
            others = await self._counters.add(key, amount, seconds=seconds)
        except BaseException:
            counter.unwritten += amount
            raise
        counter.value = others + counter.unwritten
        _, expires = await self._counters.value(key)
        counter.expires_at = expires.timestamp()
        counter.started = True

"""Limits the requests to an endpoint: more while it answers, half when it refuses."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

_FIRST = 4  # the number that browsers open to one host


class HostLimiter:
    """One for each endpoint, shared by all jobs of the process. `most` is never exceeded."""

    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        self._most = most
        self._allowed = min(_FIRST, most)
        self._open = 0
        self._until = 0.0
        self._clock = monotonic
        self._changed = asyncio.Condition()

    @property
    def allowed(self) -> int:
        return self._allowed

    @property
    def pause(self) -> float:
        """Seconds until the next request to the endpoint; 0 for now."""
        return max(0.0, self._until - self._clock())

    @asynccontextmanager
    async def slot(self) -> AsyncIterator[None]:
        """One request at a time of those allowed, after any pause of the endpoint."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._open < self._allowed)
            self._open += 1
        try:
            await asyncio.sleep(self.pause)
            yield
        finally:
            self._open -= 1
            async with self._changed:
                self._changed.notify_all()

    async def answered(self) -> None:
        if self._allowed < self._most:
            self._allowed += 1
            async with self._changed:
                self._changed.notify_all()

    def refused(self, wait: float) -> None:
        """Record a refusal: the endpoint is overloaded or unreachable."""
        self._allowed = max(1, self._allowed // 2)
        self._until = max(self._until, self._clock() + wait)


class HostLimiters:
    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        self._most = most
        self._clock = monotonic
        self._limiters: dict[str, HostLimiter] = {}

    def of(self, endpoint: str) -> HostLimiter:
        return self._limiters.setdefault(endpoint, HostLimiter(self._most, self._clock))

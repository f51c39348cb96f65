"""A cap on bytes a second that can change at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

# The longest pause before a changed cap is noticed.
_POLL_INTERVAL_S = 0.1
# Timers are not exact below this, and a rounded remainder would be waited for again and again.
_SHORTEST_S = 0.001
# The burst after a quiet moment, in seconds of the cap.
_BURST_S = 0.25


class Throttle:
    """`rate` in bytes a second, None for no cap. A chunk is never split: an overdraft is waited for afterwards."""

    def __init__(
        self,
        rate: int | None,
        monotonic: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.rate = rate
        self._clock = monotonic
        self._sleep = sleep
        self._credit = 0.0
        self._then = monotonic()

    async def spend(self, count: int) -> None:
        """Wait until these bytes are within the cap."""
        if not self.rate:
            return
        self._refill(self.rate)
        self._credit -= count
        while self.rate and self._credit < 0:
            await self._sleep(min(_POLL_INTERVAL_S, max(_SHORTEST_S, -self._credit / self.rate)))
            self._refill(self.rate)

    def _refill(self, rate: int | None) -> None:
        now = self._clock()
        if rate:
            self._credit = min(rate * _BURST_S, self._credit + (now - self._then) * rate)
        else:
            self._credit = 0.0
        self._then = now

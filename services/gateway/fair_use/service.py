"""Counts the requests and the speech of each owner. Windows of a minute are in memory, those of a day in the store."""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from limits import RateLimitItemPerDay, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter

from services.gateway.fair_use.stored_counters import StoredCounters
from shared.access import CounterRepository
from shared.config_limits import FairUseSettings
from shared.contracts.errors import RateLimited

_RETRY_S = 5.0


@dataclass(frozen=True, slots=True)
class UsedWindow:
    """One window of an owner. `reset_seconds`: until it ends."""

    allowed: bool
    limit: int
    remaining: int
    reset_seconds: int


class FairUse:
    def __init__(self, limits: FairUseSettings, counters: CounterRepository) -> None:
        self.limits = limits
        self._minute = FixedWindowRateLimiter(MemoryStorage())
        self._day = FixedWindowRateLimiter(StoredCounters(counters))
        self._at_once: Counter[tuple[str, str]] = Counter()

    async def request(self, owner: str, client: str | None) -> UsedWindow | None:
        """Count a request; None without a limit."""
        limit = self.limits.requests_per_minute
        if not limit:
            return None
        item = RateLimitItemPerMinute(limit)
        allowed = await self._minute.hit(item, "request", owner, client or "")
        reset, remaining = await self._minute.get_window_stats(item, "request", owner, client or "")
        return UsedWindow(allowed, limit, remaining, _seconds_until(reset))

    async def failed_login(self, client: str | None) -> None:
        """Count a wrong credential of an address. Raises `RateLimited` after too many."""
        limit = self.limits.failed_logins_per_minute
        item = RateLimitItemPerMinute(limit or 1)
        if limit and not await self._minute.hit(item, "login", client or ""):
            reset, _ = await self._minute.get_window_stats(item, "login", client or "")
            raise _refusal(f"{limit:,} wrong tokens in a minute", _seconds_until(reset))

    async def may_speak(self, owner: str) -> None:
        """Raises `RateLimited` if the owner has used up the characters of the day."""
        limit = self.limits.speech_characters_per_day
        item = RateLimitItemPerDay(limit or 1)
        if limit and not await self._day.test(item, "speech", owner):
            reset, _ = await self._day.get_window_stats(item, "speech", owner)
            raise _refusal(f"{limit:,} characters of speech in a day", _seconds_until(reset))

    async def spoken(self, owner: str, characters: int) -> None:
        """Count characters that a voice reads: those of the normalised text, in which “ﷺ” has 18."""
        limit = self.limits.speech_characters_per_day
        if limit and characters > 0:
            await self._day.hit(RateLimitItemPerDay(limit), "speech", owner, cost=characters)

    async def spoken_today(self, owner: str) -> UsedWindow | None:
        """What the owner has used of the characters of the day; None without a limit."""
        limit = self.limits.speech_characters_per_day
        if not limit:
            return None
        item = RateLimitItemPerDay(limit)
        reset, remaining = await self._day.get_window_stats(item, "speech", owner)
        return UsedWindow(remaining > 0, limit, max(0, remaining), _seconds_until(reset))

    def held(self, resource: str, owner: str) -> int:
        """The number of the owner's places of `at_once`, on this gateway."""
        return self._at_once.get((resource, owner), 0)

    @contextmanager
    def at_once(self, resource: str, owner: str, limit: int) -> Iterator[None]:
        """Hold one of the owner's `limit` (0: any number) places, such as of `uploads`. Raises `RateLimited`."""
        key = (resource, owner)
        if limit and self._at_once[key] >= limit:
            raise _refusal(f"{limit:,} {resource} at once", _RETRY_S)
        self._at_once[key] += 1
        try:
            yield
        finally:
            self._at_once[key] -= 1
            if not self._at_once[key]:
                del self._at_once[key]


def _refusal(limit: str, seconds: float) -> RateLimited:
    message = f"You have reached the limit of {limit}."
    return RateLimited(message, retry_after=seconds, hint=f"Try again in {math.ceil(seconds)} s.")


def _seconds_until(timestamp: float) -> int:
    return max(1, math.ceil(timestamp - time.time()))

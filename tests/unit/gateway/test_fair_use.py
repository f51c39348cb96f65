"""The limits of one owner, over a real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from services.gateway.fair_use.stored_counters import StoredCounters
from shared.access import CounterRepository, Ticket, TicketRepository
from shared.contracts.errors import RateLimited
from shared.service.runtime import utc_now
from shared.store import Store, open_store
from tests.support.fair_use import fair_use


class Clock:
    """Time that a test moves, from now on: the library `limits` reads the real clock beside it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path / 'sokhan.db'}")
    yield opened
    await opened.close()


async def test_characters_of_a_day_survive_a_restart(store: Store) -> None:
    before = fair_use(store, speech_characters_per_day=100)
    await before.may_speak("me")
    await before.spoken("me", 99)
    after = fair_use(store, speech_characters_per_day=100)
    await after.may_speak("me")
    await after.spoken("me", 50)  # a text that has begun is spoken to its end
    await after.spoken("me", 1)
    with pytest.raises(RateLimited) as caught:
        await after.may_speak("me")
    assert 80_000 < caught.value.retry_after <= 86_400
    await after.may_speak("you")


async def test_a_day_later_the_characters_are_new(store: Store) -> None:
    clock = Clock()
    speaking = fair_use(store, clock, speech_characters_per_day=10)
    await speaking.spoken("me", 9)
    await speaking.spoken("me", 1)  # within the second: not written, and there is no further hit before its end
    with pytest.raises(RateLimited):
        await speaking.may_speak("me")
    clock.ahead = timedelta(days=1, seconds=1)
    await speaking.may_speak("me")


async def test_counts_are_written_once_a_second_and_seen_by_others(store: Store) -> None:
    now = 0.0
    mine, others = (StoredCounters(CounterRepository(store, utc_now), lambda: now) for _ in range(2))
    assert await mine.incr("k", 86_400, 10) == 10
    assert await others.incr("k", 86_400, 5) == 15
    assert await mine.incr("k", 86_400, 10) == 20  # within the second: counted here, not written
    now = 1.0
    assert await mine.incr("k", 86_400, 1) == 26
    assert await mine.get("k") == 26
    now = 2.0
    assert await others.incr("k", 86_400, 1) == 27


async def test_without_a_limit_nothing_is_counted(store: Store) -> None:
    free = fair_use(store, requests_per_minute=0, speech_characters_per_day=0, failed_logins_per_minute=0)
    assert await free.request("me", None) is None
    await free.spoken("me", 10**9)
    await free.may_speak("me")
    await free.failed_login("10.0.0.1")
    assert await store.count("counters") == 0


async def test_a_place_is_returned_also_after_an_error(store: Store) -> None:
    using = fair_use(store)
    with using.at_once("uploads", "me", 1):
        with pytest.raises(RateLimited, match="1 uploads at once"), using.at_once("uploads", "me", 1):
            pass
        with using.at_once("uploads", "you", 1), using.at_once("streams", "me", 1):
            pass
    with pytest.raises(KeyError), using.at_once("uploads", "me", 1):
        raise KeyError
    with using.at_once("uploads", "me", 1):
        pass


async def test_expired_counters_restart_at_zero_and_are_deleted(store: Store) -> None:
    clock = Clock()
    counters = CounterRepository(store, clock)
    assert [await counters.add(key, 1, seconds=seconds) for key, seconds in (("short", 1), ("long", 100))] == [1, 1]
    clock.ahead = timedelta(seconds=2)
    assert (await counters.value("short"))[0] == 0
    assert await counters.add("long", 1, seconds=100) == 2
    assert await counters.add("other", 1, seconds=1) == 1
    assert await store.count("counters") == 2
    assert await counters.add("short", 5, seconds=1) == 5


async def test_concurrent_first_hits_are_all_counted(store: Store) -> None:
    counters = CounterRepository(store, utc_now)
    await asyncio.gather(*(counters.add("k", 1, seconds=100) for _ in range(10)))
    assert (await counters.value("k"))[0] == 10


async def test_a_ticket_is_stored_as_a_hash_and_works_once_and_for_its_time_only(store: Store) -> None:
    clock = Clock()
    tickets = TicketRepository(store, clock)
    ticket = await tickets.issue(Ticket("me"), seconds=30)
    assert ticket not in str((await store.find("tickets")).items)
    assert await tickets.redeem(ticket) == Ticket("me")
    assert await tickets.redeem(ticket) is None
    assert await tickets.redeem("") is None
    late = await tickets.issue(Ticket("me"), seconds=30)
    clock.ahead = timedelta(seconds=31)
    assert await tickets.redeem(late) is None
    await tickets.issue(Ticket("me"), seconds=30)
    assert await store.count("tickets") == 1

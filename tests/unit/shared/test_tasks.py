"""Waits and races: what they return, what they raise, and that nothing is left running."""

from __future__ import annotations

import asyncio

import pytest

from shared.tasks import unless, until_first, wait_set


class Work:
    """Notes how it ended."""

    def __init__(self) -> None:
        self.ended: str | None = None

    async def run(self, seconds: float, error: Exception | None = None) -> str:
        try:
            await asyncio.sleep(seconds)
        except asyncio.CancelledError:
            self.ended = "cancelled"
            raise
        self.ended = "finished"
        if error is not None:
            raise error
        return "result"


async def test_an_event_that_is_set_in_time() -> None:
    event = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, event.set)
    assert await wait_set(event, 5)
    assert not await wait_set(asyncio.Event(), 0.01)


async def test_work_that_ends_first_gives_its_result_or_its_error() -> None:
    stop, work = asyncio.Event(), Work()
    assert await unless(stop, work.run(0.01)) == "result"
    with pytest.raises(OSError, match="disk"):
        await unless(stop, work.run(0.01, OSError("disk")))


async def test_work_is_cancelled_by_a_stop_and_has_ended_then() -> None:
    stop, work = asyncio.Event(), Work()
    asyncio.get_running_loop().call_later(0.01, stop.set)
    assert await unless(stop, work.run(30)) is None
    assert work.ended == "cancelled"


async def test_a_cancelled_race_leaves_nothing_behind() -> None:
    stop, work = asyncio.Event(), Work()
    race = asyncio.create_task(unless(stop, work.run(30)))
    await asyncio.sleep(0.01)
    race.cancel()
    await asyncio.gather(race, return_exceptions=True)
    assert race.cancelled()
    assert work.ended == "cancelled"


async def test_the_first_to_end_ends_the_others() -> None:
    quick, slow = Work(), Work()
    await until_first(quick.run(0.01), slow.run(30))
    assert (quick.ended, slow.ended) == ("finished", "cancelled")
    with pytest.raises(OSError, match="line"):
        await until_first(quick.run(0.01, OSError("line")), slow.run(30))

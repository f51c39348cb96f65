"""Throttle, host limiter, retry delay, disk reservations: small decisions, each on a clock of its own."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from services.downloader.errors import retry_delay
from services.downloader.host_limiter import HostLimiter
from services.downloader.throttle import Throttle
from shared.contracts.errors import NoSpace
from shared.files.disk_reservations import SPARE_BYTES, DiskReservations


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_a_cap_holds_over_time() -> None:
    clock = Clock()
    throttle = Throttle(1000, clock, clock.sleep)
    for _ in range(100):
        await throttle.spend(100)
    assert 9.0 <= clock.now <= 10.5


async def test_a_cap_that_is_lifted_ends_the_wait() -> None:
    clock = Clock()
    throttle = Throttle(10, clock, clock.sleep)

    async def lift(seconds: float) -> None:
        clock.now += seconds
        throttle.rate = None

    throttle._sleep = lift
    await throttle.spend(1_000_000)
    assert clock.now < 1


async def test_without_a_cap_nothing_waits() -> None:
    clock = Clock()
    await Throttle(None, clock, clock.sleep).spend(10**9)
    await Throttle(0, clock, clock.sleep).spend(10**9)
    assert clock.now == 0


async def test_an_endpoint_gets_more_while_it_answers_and_half_when_it_refuses() -> None:
    gate = HostLimiter(16, Clock())
    assert gate.allowed == 4
    for _ in range(20):
        await gate.answered()
    assert gate.allowed == 16
    gate.refused(0)
    assert gate.allowed == 8
    for _ in range(10):
        gate.refused(0)
    assert gate.allowed == 1


async def test_no_more_requests_than_allowed_are_open_at_once() -> None:
    gate = HostLimiter(4, lambda: 0.0)
    most = open_now = 0

    async def request() -> None:
        nonlocal most, open_now
        async with gate.slot():
            open_now += 1
            most = max(most, open_now)
            await asyncio.sleep(0)
            open_now -= 1

    await asyncio.gather(*(request() for _ in range(50)))
    assert most == 4


@pytest.mark.parametrize(("attempt", "least", "most"), [(1, 0.25, 0.5), (2, 0.5, 1), (4, 2, 4), (50, 15, 30)])
def test_the_wait_doubles_to_a_ceiling_with_jitter(attempt: int, least: float, most: float) -> None:
    rng = random.Random(1)
    waits = [retry_delay(attempt, rng) for _ in range(100)]
    assert least <= min(waits)
    assert max(waits) <= most
    assert len(set(waits)) > 50


def test_room_promised_to_one_download_is_not_promised_to_another(tmp_path: Path) -> None:
    ledger = DiskReservations(tmp_path / "reservations", lambda _: SPARE_BYTES + 1000)
    with ledger.reserve("one", 600) as promise:
        with pytest.raises(NoSpace) as refused, ledger.reserve("two", 500):
            pass
        assert "needs 500 bytes" in refused.value.message
        assert "are free and not reserved" in refused.value.message
        promise.update(400)  # 200 of them have been written; the disk says so itself
        assert ledger.has_space_for(600)
    with ledger.reserve("two", 1000):
        pass
    assert not ledger.has_space_for(1001)


def test_the_promise_of_a_dead_worker_dies_with_it(tmp_path: Path) -> None:
    folder = tmp_path / "reservations"
    folder.mkdir()
    (folder / "dead").write_text(f"{10**12:20d}")
    assert DiskReservations(folder, lambda _: SPARE_BYTES + 1000).has_space_for(1000)
    assert not (folder / "dead").exists()


def test_a_download_that_needs_nothing_more_fits_on_a_full_disk(tmp_path: Path) -> None:
    with DiskReservations(tmp_path / "r", lambda _: 0).reserve("job", 0):
        pass

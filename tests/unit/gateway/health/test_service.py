"""The report of the parts."""

from __future__ import annotations

import asyncio
import time

import pytest

from services.gateway.health import service as module
from services.gateway.health.service import HealthService
from shared.contracts.errors import Unavailable
from shared.service import Health
from shared.service.store import ConnectingStore
from tests.doubles.bus import FakeBus


class StuckBus(FakeBus):
    """Connected, but JetStream does not answer."""

    @property
    def connected(self) -> bool:
        return True

    async def missing_streams(self) -> tuple[str, ...]:
        await asyncio.Event().wait()
        return ()


async def test_a_bus_that_does_not_answer_about_its_streams_is_degraded(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_worker(*_: object, **__: object) -> None:
        raise Unavailable("The worker is not running.")

    monkeypatch.setattr(module, "call", no_worker)
    monkeypatch.setattr(module, "_STREAMS_S", 0.05)
    bus = StuckBus()
    async with asyncio.timeout(10):
        report = await HealthService(Health("gateway", ConnectingStore(""), bus), bus, time.monotonic).report()
    assert report.parts is not None
    assert report.parts["bus"].state == "degraded"
    assert "streams" in (report.parts["bus"].problem or "")

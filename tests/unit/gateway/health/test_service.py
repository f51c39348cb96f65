"""The report of the parts."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from services.gateway.health import service as module
from services.gateway.health.disk import DiskReader, disk_reader
from services.gateway.health.queues import QueueReader
from services.gateway.health.service import HealthService
from shared.contracts.errors import Unavailable
from shared.files import DataTree
from shared.jobs import JobRepository
from shared.service import Health
from shared.service.runtime import utc_now
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


def health_service(bus: FakeBus, disk: DiskReader) -> HealthService:
    store = ConnectingStore("")
    queues = QueueReader(JobRepository(store, utc_now, 30.0), utc_now)
    return HealthService(Health("gateway", store, bus), bus, time.monotonic, queues, disk)


async def test_a_bus_that_does_not_answer_about_its_streams_is_degraded(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def no_worker(*_: object, **__: object) -> None:
        raise Unavailable("The worker is not running.")

    monkeypatch.setattr(module, "call_all", no_worker)
    monkeypatch.setattr(module, "_STREAMS_S", 0.05)
    bus = StuckBus()
    async with asyncio.timeout(10):
        report = await health_service(bus, disk_reader(DataTree(tmp_path))).report()
    assert report.parts is not None
    assert report.parts["bus"].state == "degraded"
    assert "streams" in (report.parts["bus"].problem or "")

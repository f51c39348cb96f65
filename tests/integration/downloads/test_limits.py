"""Bandwidth caps that can be changed while bytes flow, and how many requests there are at once."""

from __future__ import annotations

import time

import pytest

from shared.contracts.states import JobState
from tests.support.downloads import MIB, Line, progress
from tests.support.hub import TestHub


@pytest.mark.siege
async def test_a_job_keeps_to_its_own_cap_and_hears_when_it_is_lifted(wire: Line, hub: TestHub) -> None:
    hub.put_file("limits/job", "model.bin", 24 * MIB)
    async with wire.client() as client:
        job = await client.start("limits/job")
        await client.client.jobs.limit_bandwidth(await client.now(job), MIB)
        await client.until(job, JobState.RUNNING)
        began = time.monotonic()
        slow = progress(await client.fraction(job, 0.2)).bytes_downloaded
        elapsed = time.monotonic() - began
        await client.client.jobs.limit_bandwidth(await client.now(job), None)
        await client.done(job, 15)
    assert slow <= MIB * (elapsed + 2.0)


async def test_the_cap_for_all_is_shared_and_can_be_changed_while_running(wire: Line, hub: TestHub) -> None:
    for name in ("one", "two"):
        hub.put_file(f"limits/{name}", f"{name}.bin", 12 * MIB)
    async with wire.client() as client:
        settings = client.client.store
        await settings.upsert("settings", "platform", {"$set": {"download_bandwidth": MIB}})
        jobs = [await client.start(f"limits/{name}") for name in ("one", "two")]
        began = time.monotonic()
        for job in jobs:
            await client.fraction(job, 0.1)
        elapsed = time.monotonic() - began
        come = [progress(await client.now(job)).bytes_downloaded for job in jobs]
        await settings.upsert("settings", "platform", {"$set": {"download_bandwidth": None}})
        for job in jobs:
            await client.done(job, 20)
    assert sum(come) <= MIB * (elapsed + 3.0)


async def test_one_job_has_no_more_requests_at_once_than_it_may(wire: Line, hub: TestHub) -> None:
    hub.put_file("limits/requests", "model.bin", 48 * MIB)
    async with wire.client() as client:
        await client.done(await client.start("limits/requests"))
    ranges = [seen["range"] for seen in hub.requests() if seen["path"].endswith("/model.bin") and seen["range"]]
    assert 2 <= len(ranges) <= 40

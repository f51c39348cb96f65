"""Pause, resume, cancel; two jobs for one repository."""

from __future__ import annotations

import time

import pytest

from shared.contracts.states import Control, JobState
from tests.support.downloads import MIB, Line, sha256
from tests.support.hub import TestHub
from tests.support.processes import wait_until

SIZE = 24 * MIB


async def test_pause_stops_the_bytes_and_resume_goes_on(wire: Line, hub: TestHub) -> None:
    digest = hub.put_file("control/pause", "model.bin", SIZE)
    hub.shape(MIB, 0)
    async with wire.client() as client:
        job = await client.start("control/pause")
        await client.fraction(job, 0.2)
        await client.ask(job, Control.PAUSE)
        paused = await client.until(job, JobState.PAUSED)
        sent = hub.sent("model.bin")
        hub.shape(None, 0)
        await client.resume(job)
        await client.done(job)
    assert paused.progress.fraction >= 0.2
    assert sent < SIZE
    assert hub.sent("model.bin") < SIZE + 4 * MIB
    assert sha256(wire.folder("control/pause") / "model.bin") == digest


@pytest.mark.parametrize("state", [JobState.RUNNING, JobState.PAUSED])
async def test_cancel_removes_the_partial_files_of_that_job_and_nothing_else(
    wire: Line, hub: TestHub, state: JobState
) -> None:
    repo = f"control/cancel-{state}"
    hub.put_file(repo, "model.bin", SIZE)
    hub.put(repo, {"config.json": b"{}"})
    folder = wire.folder(repo)
    folder.mkdir(parents=True)
    (folder / "mine.part").write_bytes(b"somebody else's")
    (folder / "notes.txt").write_text("mine")
    hub.shape(MIB // 2, 0)
    async with wire.client() as client:
        job = await client.start(repo, include=["model.bin"])
        await client.fraction(job, 0.1)
        if state is JobState.PAUSED:
            await client.ask(job, Control.PAUSE)
            await client.until(job, JobState.PAUSED)
            assert (folder / "model.bin.sokhan-part").exists()
        await client.ask(job, Control.CANCEL)
        await client.until(job, JobState.CANCELLED)
    wait_until(lambda: not list(folder.glob("model.bin*")), 10, "the partial file is gone")
    assert {path.name for path in folder.iterdir() if path.name != ".cache"} == {"mine.part", "notes.txt"}


async def test_what_is_asked_is_done_at_once(wire: Line, hub: TestHub) -> None:
    """A bound with room for a busy machine; bench/downloads.py measures it (the aim is 200 ms)."""
    hub.put_file("control/soon", "model.bin", SIZE)
    hub.shape(MIB // 4, 0)
    async with wire.client() as client:
        job = await client.start("control/soon")
        await client.fraction(job, 0.05)
        asked = time.monotonic()
        await client.ask(job, Control.CANCEL)
        await client.until(job, JobState.CANCELLED)
    assert time.monotonic() - asked < 2


async def test_two_jobs_for_one_repository_share_one_transfer(wire: Line, hub: TestHub) -> None:
    digest = hub.put_file("control/shared", "model.bin", SIZE)
    hub.shape(2 * MIB, 0)
    async with wire.client() as client:
        first = await client.start("control/shared")
        await client.fraction(first, 0.05)
        second = await client.start("control/shared", owner="another")
        await client.waiting(second, "waiting for its turn")
        await client.done(first)
        await client.done(second)
    assert hub.sent("model.bin") == SIZE
    assert sha256(wire.folder("control/shared") / "model.bin") == digest


async def test_when_the_first_of_two_is_cancelled_the_second_takes_over_its_bytes(wire: Line, hub: TestHub) -> None:
    hub.put_file("control/heir", "model.bin", SIZE)
    hub.shape(2 * MIB, 0)
    async with wire.client() as client:
        first = await client.start("control/heir")
        await client.fraction(first, 0.3)
        second = await client.start("control/heir", owner="another")
        await client.waiting(second, "waiting for its turn")
        await client.ask(first, Control.CANCEL)
        await client.until(first, JobState.CANCELLED)
        hub.shape(None, 0)
        await client.done(second)
    assert hub.sent("model.bin") < SIZE + 4 * MIB


async def test_a_paused_job_survives_its_worker(wire: Line, hub: TestHub) -> None:
    hub.put_file("control/asleep", "model.bin", SIZE)
    hub.shape(MIB, 0)
    async with wire.client() as client:
        job = await client.start("control/asleep")
        await client.fraction(job, 0.3)
        await client.ask(job, Control.PAUSE)
        await client.until(job, JobState.PAUSED)
        wire.kill("downloader")
        hub.shape(None, 0)
        wire.start("downloader")
        await client.resume(job)
        await client.done(job)
    assert hub.sent("model.bin") < SIZE + 4 * MIB


async def test_what_was_cancelled_while_no_downloader_ran_is_removed_at_its_start(wire: Line, hub: TestHub) -> None:
    hub.put_file("control/orphan", "model.bin", SIZE)
    hub.shape(MIB, 0)
    async with wire.client() as client:
        job = await client.start("control/orphan")
        await client.fraction(job, 0.2)
        await client.ask(job, Control.PAUSE)
        await client.until(job, JobState.PAUSED)
        wire.kill("downloader")
        await client.ask(job, Control.CANCEL)
        assert (wire.folder("control/orphan") / "model.bin.sokhan-part").exists()
        wire.start("downloader")
        wait_until(lambda: not any(wire.folder("control/orphan").glob("model.bin*")), 20, "the partial file is gone")

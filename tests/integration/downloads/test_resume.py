"""A download goes on where it was, whatever ended it."""

from __future__ import annotations

import pytest

from shared.contracts.jobs import Job
from shared.contracts.states import Control, JobState
from tests.support.downloads import MIB, Line, progress, sha256
from tests.support.hub import TestHub

SIZE = 24 * MIB
# Eight connections hold 256 KiB each that is not written down yet, and the Hub counts what its sockets hold as well.
AGAIN = 4 * MIB


async def test_a_reset_connection_costs_what_it_had_not_brought(wire: Line, hub: TestHub) -> None:
    digest = hub.put_file("resume/reset", "model.bin", SIZE)
    hub.fault("model.bin", "reset", times=3, after=2 * MIB)
    async with wire.client() as client:
        done = await client.done(await client.start("resume/reset"))
    assert done.attempt == 1
    assert sha256(wire.folder("resume/reset") / "model.bin") == digest
    assert hub.sent("model.bin") < SIZE + AGAIN


@pytest.mark.parametrize("percent", [10, 50, 99])
async def test_a_killed_downloader_loses_a_few_megabytes(wire: Line, hub: TestHub, percent: int) -> None:
    repo = f"resume/killed-{percent}"
    size = 64 * MIB if percent > 90 else SIZE
    digest = hub.put_file(repo, "model.bin", size)
    hub.hold(size * percent // 100 + MIB // 2)
    async with wire.client() as client:
        job = await client.start(repo)
        before = progress(await client.fraction(job, percent / 100))
        wire.kill("downloader")
        hub.hold(None)
        wire.start("downloader")
        done = await client.done(job)
    assert done.attempt == 2
    assert before.bytes_downloaded >= size * percent // 100
    assert sha256(wire.folder(repo) / "model.bin") == digest
    assert hub.sent("model.bin") < size + AGAIN


async def test_progress_never_goes_backwards_over_a_restart(wire: Line, hub: TestHub) -> None:
    hub.put_file("resume/monotone", "model.bin", SIZE)
    hub.shape(2 * MIB, 0)
    async with wire.client() as client:
        job = await client.start("resume/monotone")
        await client.fraction(job, 0.3)
        seen: list[tuple[float, int]] = []
        wire.kill("downloader")
        wire.start("downloader")

        def note_down(now: Job) -> bool:
            seen.append((now.progress.fraction, progress(now).bytes_downloaded))
            return now.terminal

        await client.client.wait(job, note_down, 60, "an end")
    assert seen == sorted(seen)
    assert seen[-1][0] == 1.0
    assert SIZE < seen[-1][1] < SIZE + 1000  # with what every repository holds


async def test_a_downloader_that_is_asked_to_leave_loses_nothing(wire: Line, hub: TestHub) -> None:
    hub.put_file("resume/term", "model.bin", SIZE)
    hub.shape(MIB, 0)
    async with wire.client() as client:
        job = await client.start("resume/term")
        await client.fraction(job, 0.3)
        left = wire.processes.pop("downloader")
        left.popen.terminate()
        assert left.popen.wait(10) == 0
        assert (await client.now(job)).state is JobState.QUEUED
        hub.shape(None, 0)
        wire.start("downloader")
        done = await client.done(job)
    assert (done.attempt, done.failures) == (2, 0)
    assert hub.sent("model.bin") < SIZE + AGAIN


async def test_a_branch_that_moved_meanwhile_does_not_mix_two_versions(wire: Line, hub: TestHub) -> None:
    """The job began with a commit, and that is what it installs."""
    first = hub.put_file("resume/moved", "model.bin", SIZE)
    began_at = hub.commit("resume/moved")
    hub.shape(MIB, 0)
    async with wire.client() as client:
        job = await client.start("resume/moved")
        await client.fraction(job, 0.2)
        await client.ask(job, Control.PAUSE)
        await client.until(job, JobState.PAUSED)
        hub.put("resume/moved", {"model.bin": b"other content" * 200_000})
        assert hub.commit("resume/moved") != began_at
        hub.shape(None, 0)
        await client.resume(job)
        done = await client.done(job)
    assert progress(done).commit == began_at
    assert sha256(wire.folder("resume/moved") / "model.bin") == first

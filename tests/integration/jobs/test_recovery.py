"""What becomes of a job when something dies: real NATS, real processes, real signals."""

from __future__ import annotations

import asyncio

import pytest

from shared.contracts import subjects
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import StartDownload
from shared.contracts.states import JobKind, JobState
from tests.support.jobs import LEASE_S, Bench
from tests.support.write_lock import freeze_outside_a_write, hold_write_lock


async def test_a_killed_workers_job_is_finished_by_another(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a") as a:
            job = await client.start("steps/30")
            await client.wait_underway(job)
            a.kill()
        with bench.worker("b") as b:
            done = await client.wait_for(job, JobState.COMPLETED)
            assert done.attempt == 2
            assert bench.effects(job) == [f"{b.popen.pid} 2"]


async def test_a_frozen_worker_that_wakes_can_write_nothing_more(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a") as a:
            job = await client.start("steps/40")
            held = await client.wait_underway(job)
            await asyncio.to_thread(freeze_outside_a_write, a, bench.folder / "jobs.db")
            with bench.worker("b"):
                done = await client.wait_for(job, JobState.COMPLETED)
                assert done.attempt == 2
                assert done.lease.token > held.lease.token
                a.wake()
                await _eventually(lambda: a.said("lease_lost"), 10)
                after = await client.repository.get(DOWNLOAD, job.id)
                assert after == done


async def test_a_job_goes_on_while_nats_is_away(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a"):
            job = await client.start("steps/60")
            await client.wait_underway(job)
            bench.nats.kill()
            await asyncio.sleep(LEASE_S)
            bench.nats.start()
            done = await client.wait_for(job, JobState.COMPLETED)
            assert done.attempt == 1
            assert len(bench.effects(job)) == 1
            assert (await client.wait_for(await client.start("steps/1"), JobState.COMPLETED)).attempt == 1


async def test_fifty_queued_jobs_survive_a_wiped_nats(bench: Bench) -> None:
    async with bench.client() as client:
        accepted = [await client.start("steps/1") for _ in range(50)]
        bench.nats.kill()
        bench.nats.wipe()
        bench.nats.start()
        with bench.worker("a", SLOTS="8"):
            for job in accepted:
                await client.wait_for(job, JobState.COMPLETED, limit=40)
        assert all(len(bench.effects(job)) == 1 for job in accepted)


async def test_jobs_accepted_while_nats_is_away_run_when_it_is_back(bench: Bench) -> None:
    async with bench.client() as client:
        bench.nats.kill()
        job = await client.start("steps/1")
        bench.nats.start()
        with bench.worker("a"):
            await client.wait_for(job, JobState.COMPLETED)


async def test_a_command_delivered_twice_runs_once(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a"), bench.worker("b"):
            job = await client.start("steps/20")
            for revision in (101, 102, 103):  # other message ids: the stream takes each
                again = StartDownload(job_id=job.id, owner=job.owner, attempt=0, revision=revision)
                await client.bus.publish_command(JobKind.DOWNLOAD, again)
            done = await client.wait_for(job, JobState.COMPLETED)
            assert done.attempt == 1
            await _eventually(lambda: True, 1)
            assert len(bench.effects(job)) == 1
            await _stream_is_empty(client.bus.jetstream, 10)
            assert len(bench.effects(job)) == 1


@pytest.mark.siege
async def test_a_job_outlives_a_store_that_is_away_for_ten_seconds(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a", SOKHAN_LEASE_SECONDS="4"):
            job = await client.start("steps/60")
            await client.wait_underway(job)
            await asyncio.to_thread(hold_write_lock, bench.folder / "jobs.db", 10.0)
            done = await client.wait_for(job, JobState.COMPLETED, limit=30)
            assert len(bench.effects(job)) == done.attempt == 1


async def test_sigterm_hands_the_job_back_at_once(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a") as a:
            job = await client.start("steps/40")
            await client.wait_underway(job)
            assert a.terminate() == 0
            back = await client.wait_for(job, JobState.QUEUED, limit=1)
            assert back.lease.worker is None
            assert back.failures == 0
        with bench.worker("b") as b:
            await client.wait(job, lambda f: f.state is JobState.RUNNING, 10, "picked up again")
            done = await client.wait_for(job, JobState.COMPLETED)
            assert done.attempt == 2
            assert bench.effects(job) == [f"{b.popen.pid} 2"]


async def _eventually(condition: object, limit: float) -> None:
    assert callable(condition)
    deadline = asyncio.get_running_loop().time() + limit
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


async def _stream_is_empty(jetstream: object, limit: float) -> None:
    from nats.js import JetStreamContext

    assert isinstance(jetstream, JetStreamContext)
    deadline = asyncio.get_running_loop().time() + limit
    while (await jetstream.stream_info(subjects.COMMANDS_STREAM)).state.messages:
        assert asyncio.get_running_loop().time() < deadline, "commands are left in the stream"
        await asyncio.sleep(0.05)

"""Takes commands, as many at once as it has slots, and leaves cleanly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadResult
from shared.contracts.states import Control, JobState
from shared.jobs import Worker, WorkerDependencies, start_command
from tests.doubles.bus import FakeMessage
from tests.support.eventually import eventually
from tests.support.job_kit import KIND, LEASE_S, DownloadContext, JobKit

RESULT = DownloadResult(path="x", commit="c", files=1, bytes=1)


@dataclass
class Held:
    """A handler that works until it is let go, or told to leave."""

    begun: list[str] = field(default_factory=list)
    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, context: DownloadContext) -> DownloadResult:
        self.begun.append(context.job.id)
        waiting = [asyncio.ensure_future(event.wait()) for event in (self.go, context.interrupted)]
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for waiter in waiting:
            waiter.cancel()
        context.check()
        return RESULT


@asynccontextmanager
async def working(kit: JobKit, handler: Held, *, slots: int = 2) -> AsyncIterator[None]:
    """A worker that is asked to leave at the end."""
    parts = WorkerDependencies(
        bus=kit.bus, repository=kit.repository, events=kit.events, run=kit.runner(), sweeper=kit.sweeper(),
        metrics=kit.metrics, now=kit.clock, lease_seconds=LEASE_S, shutdown_seconds=5,
    )  # fmt: skip
    stop = asyncio.Event()
    task = asyncio.create_task(Worker(DOWNLOAD, handler, parts, name="w", slots=slots).run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def answered(message: FakeMessage, *answers: str) -> None:
    """Well before the next heartbeat, which comes after a third of the lease."""
    await eventually(lambda: message.answers == [*answers], f"the message is answered with {answers}", LEASE_S / 6)


async def test_a_command_becomes_a_result(kit: JobKit) -> None:
    job, handler = await kit.queued(), Held()
    handler.go.set()
    async with working(kit, handler):
        await kit.bus.publish_command(KIND, start_command(job))
        await answered(kit.bus.messages[0], "ack")
    done = await kit.now(job)
    assert (done.state, done.result, done.attempt) == (JobState.COMPLETED, RESULT, 1)
    assert kit.states() == ["running", "completed"]


async def test_no_more_jobs_run_at_once_than_there_are_slots(kit: JobKit) -> None:
    jobs, handler = [await kit.queued() for _ in range(4)], Held()
    async with working(kit, handler, slots=2):
        for job in jobs:
            await kit.bus.publish_command(KIND, start_command(job))
        await eventually(lambda: len(handler.begun) == 2, "two have begun")
        assert {(await kit.now(job)).state for job in jobs[2:]} == {JobState.QUEUED}
        handler.go.set()
        await eventually(lambda: all(m.answers == ["ack"] for m in kit.bus.messages), "all four are done")
    assert sorted(handler.begun) == sorted(job.id for job in jobs)


async def test_a_command_delivered_twice_runs_once(kit: JobKit) -> None:
    job, handler = await kit.queued(), Held()
    async with working(kit, handler):
        first, second = (kit.bus.deliver(KIND, start_command(job).to_wire()) for _ in range(2))
        await answered(second, "ack")  # another one holds the job: this message is of no more use
        handler.go.set()
        await answered(first, "ack")
        third = kit.bus.deliver(KIND, start_command(job).to_wire())
        await answered(third, "ack")
    assert handler.begun == [job.id]


async def test_a_command_of_a_job_that_does_not_exist_is_dropped(kit: JobKit) -> None:
    handler = Held()
    async with working(kit, handler):
        message = kit.bus.deliver(KIND, start_command(kit.job()).to_wire())
        await answered(message, "ack")
    assert handler.begun == []


async def test_a_job_that_waits_after_a_failure_comes_again_at_its_time(kit: JobKit) -> None:
    job = await kit.repository.requeue(await kit.running(), after=40, failed=True)
    async with working(kit, Held()):
        message = kit.bus.deliver(KIND, start_command(job).to_wire())
        await answered(message, "nak")
    assert message.delays == [40]


async def test_a_command_that_cannot_be_read_is_a_dead_letter_and_blocks_nothing(kit: JobKit) -> None:
    job, handler = await kit.queued(), Held()
    handler.go.set()
    async with working(kit, handler):
        broken = kit.bus.deliver(KIND, b"not json")
        await kit.bus.publish_command(KIND, start_command(job))
        await answered(kit.bus.messages[1], "ack")
    assert broken.answers == ["term"]
    assert [letter.payload for letter in kit.bus.letters] == ["not json"]


async def test_a_malformed_command_stays_in_its_stream_until_the_dead_letters_have_it(kit: JobKit) -> None:
    kit.bus.stores_no_letters = True
    async with working(kit, Held()):
        broken = kit.bus.deliver(KIND, b"not json")
        await answered(broken, "nak")
    assert kit.bus.letters == []


async def test_a_control_signal_is_obeyed_long_before_the_next_heartbeat(kit: JobKit) -> None:
    job, handler = await kit.queued(), Held()
    async with working(kit, handler):
        await kit.bus.publish_command(KIND, start_command(job))
        await eventually(lambda: handler.begun, "the job has begun")
        await kit.repository.request_control(await kit.now(job), Control.CANCEL)
        await kit.bus.publish_control(KIND, job.id)
        await answered(kit.bus.messages[0], "ack")
    assert (await kit.now(job)).state is JobState.CANCELLED


async def test_a_worker_that_leaves_hands_its_job_back(kit: JobKit) -> None:
    job, handler = await kit.queued(), Held()
    async with working(kit, handler):
        await kit.bus.publish_command(KIND, start_command(job))
        await eventually(lambda: handler.begun, "the job has begun")
    back = await kit.now(job)
    assert (back.state, back.failures, back.lease.worker) == (JobState.QUEUED, 0, None)
    assert kit.bus.messages[0].answers == ["nak"]

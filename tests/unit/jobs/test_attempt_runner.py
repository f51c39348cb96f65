"""What becomes of a job for each way in which its handler can end."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Awaitable, Callable

import pytest

from shared.contracts.errors import HubUnreachable, NoSpace, RepoNotFound, Unavailable
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadJob, DownloadResult
from shared.contracts.states import Control, JobState
from shared.jobs import Fail, Interrupt, JobContext, JobRepository, Pause, Retry, attempt_runner
from tests.doubles.bus import FakeMessage
from tests.support.eventually import eventually
from tests.support.job_kit import DownloadContext, JobKit, is_idle, progress

RESULT = DownloadResult(path="x", commit="c", files=1, bytes=1)
Work = Callable[[DownloadContext], Awaitable[DownloadResult]]


async def attempt(kit: JobKit, work: Work, context: DownloadContext | None = None) -> tuple[DownloadJob, FakeMessage]:
    """The job afterwards, and the message that brought it."""
    context = context or await kit.context()
    message = FakeMessage("cmd", b"")
    await kit.runner()(context, work, message)
    return await kit.now(context.job), message


def raising(error: BaseException) -> Work:
    async def work(context: DownloadContext) -> DownloadResult:
        context.report(progress(0.25))
        raise error

    return work


async def until_told(context: DownloadContext) -> DownloadResult:
    await context.interrupted.wait()
    context.check()
    raise AssertionError


async def test_a_result_is_written_and_told(kit: JobKit) -> None:
    async def work(context: DownloadContext) -> DownloadResult:
        context.report(progress(0.5))
        return RESULT

    job, message = await attempt(kit, work)
    assert (job.state, job.result, job.progress.fraction) == (JobState.COMPLETED, RESULT, 1.0)
    assert is_idle(job)
    assert message.answers == ["ack"]
    assert kit.states() == ["completed"]
    assert kit.bus.events[-1].final


async def test_a_retry_waits_as_long_as_it_says(kit: JobKit) -> None:
    job, message = await attempt(kit, raising(Retry(HubUnreachable("away"), after=7)))
    assert job.error is not None
    assert (job.state, job.failures, job.error.code) == (JobState.QUEUED, 1, "HUB_UNREACHABLE")
    assert (job.available_at - kit.clock()).total_seconds() == 7
    assert (message.answers, message.delays) == (["nak"], [7])


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (HubUnreachable("away"), "HUB_UNREACHABLE", "away"),
        (ZeroDivisionError("secret"), "INTERNAL", "the service's log"),
        (OSError(errno.EIO, "secret"), "INTERNAL", "the service's log"),
    ],
)
async def test_what_may_pass_is_tried_again_after_a_wait(
    kit: JobKit, error: Exception, code: str, message: str
) -> None:
    job, delivery = await attempt(kit, raising(error))
    assert job.error is not None
    assert (job.state, job.error.code) == (JobState.QUEUED, code)
    assert message in job.error.message
    assert "secret" not in job.error.message
    assert 1 <= delivery.delays[0] <= 2  # the first wait, with its jitter


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Fail(RepoNotFound("none")), "REPO_NOT_FOUND"),
        (RepoNotFound("none"), "REPO_NOT_FOUND"),
        (OSError(errno.ENOSPC, "full"), "NO_SPACE"),
        (ExceptionGroup("both", [Fail(RepoNotFound("none")), ValueError()]), "REPO_NOT_FOUND"),
    ],
)
async def test_what_will_not_pass_fails_at_once(kit: JobKit, error: Exception, code: str) -> None:
    job, message = await attempt(kit, raising(error))
    assert job.error is not None
    assert (job.state, job.error.code, job.attempt) == (JobState.FAILED, code, 1)
    assert message.answers == ["ack"]


async def test_the_last_failure_of_the_limit_is_the_end(kit: JobKit) -> None:
    job, states = await kit.running(), []
    for _ in range(kit.policy.limit):
        context = JobContext(job, kit.repository, kit.events)
        job, _message = await attempt(kit, raising(HubUnreachable("away")), context)
        states.append(job.state)
        kit.clock.pass_seconds(60)
        job = await kit.repository.claim(DOWNLOAD, job.id, "w") or job
    assert states == [JobState.QUEUED, JobState.QUEUED, JobState.FAILED]


async def test_a_job_that_pauses_by_itself_keeps_what_it_has(kit: JobKit) -> None:
    job, message = await attempt(kit, raising(Pause(NoSpace("full"))))
    assert job.error is not None
    assert (job.state, job.error.code, job.progress.fraction) == (JobState.PAUSED, "NO_SPACE", 0.25)
    assert message.answers == ["ack"]


@pytest.mark.parametrize(("control", "state"), [(Control.PAUSE, JobState.PAUSED), (Control.CANCEL, JobState.CANCELLED)])
async def test_what_the_user_asked_for_is_done_at_the_next_heartbeat(
    kit: JobKit, control: Control, state: JobState
) -> None:
    context = await kit.context()
    await kit.repository.request_control(context.job, control)
    context.control_changed.set()
    job, message = await attempt(kit, until_told, context)
    assert (job.state, job.control) == (state, None)
    assert message.answers == ["ack"]


async def test_a_shutdown_hands_the_job_back_uncounted(kit: JobKit) -> None:
    context = await kit.context()
    context.request_interrupt(Interrupt.SHUTDOWN)
    job, message = await attempt(kit, until_told, context)
    assert (job.state, job.failures, job.available_at) == (JobState.QUEUED, 0, kit.clock())
    assert (message.answers, message.delays) == (["nak"], [0.0])


async def test_when_the_grace_period_is_over_the_handler_is_ended_and_the_job_handed_back(kit: JobKit) -> None:
    context, message, ended = await kit.context(), FakeMessage("cmd", b""), asyncio.Event()

    async def deaf(_: DownloadContext) -> DownloadResult:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        raise AssertionError

    running = asyncio.create_task(kit.runner()(context, deaf, message))
    await asyncio.sleep(0)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert ended.is_set()
    assert (await kit.now(context.job)).state is JobState.QUEUED


async def test_a_cancel_counts_whatever_the_handler_stumbles_over(kit: JobKit) -> None:
    context = await kit.context()
    context.request_interrupt(Interrupt.CANCEL)
    job, _ = await attempt(kit, raising(ZeroDivisionError()), context)
    assert (job.state, job.error) == (JobState.CANCELLED, None)


async def test_a_cancel_during_a_pause_is_not_forgotten(kit: JobKit) -> None:
    context = await kit.context()
    await kit.repository.request_control(context.job, Control.PAUSE)
    context.control_changed.set()

    async def slow(context: DownloadContext) -> DownloadResult:
        await context.interrupted.wait()
        await kit.repository.request_control(context.job, Control.CANCEL)
        context.check()
        raise AssertionError

    job, _ = await attempt(kit, slow, context)
    assert job.state is JobState.CANCELLED


async def test_a_lease_that_another_worker_took_leaves_the_job_to_it(kit: JobKit) -> None:
    context = await kit.context()
    await kit.repository.requeue(context.job, failed=False)
    theirs = await kit.repository.claim(DOWNLOAD, context.job.id, "other")

    async def work(_: DownloadContext) -> DownloadResult:
        return RESULT

    job, message = await attempt(kit, work, context)
    assert job == theirs
    assert message.answers == ["ack"]
    assert kit.bus.events == []


async def test_a_lost_lease_ends_the_handler_with_the_next_beat(kit: JobKit) -> None:
    context = await kit.context()
    await kit.repository.requeue(context.job, failed=False)
    await kit.repository.claim(DOWNLOAD, context.job.id, "other")
    context.control_changed.set()
    job, message = await attempt(kit, until_told, context)
    assert (job.state, job.lease.worker) == (JobState.RUNNING, "other")
    assert message.answers == ["ack"]


async def test_heartbeats_renew_the_lease_while_the_handler_works(kit: JobKit) -> None:
    context, message, end = await kit.context(), FakeMessage("cmd", b""), asyncio.Event()

    async def work(_: DownloadContext) -> DownloadResult:
        await end.wait()
        return RESULT

    running = asyncio.create_task(kit.runner(lease_seconds=0.03)(context, work, message))
    first = context.job.lease.expires_at
    kit.clock.pass_seconds(5)
    await eventually(lambda: context.job.lease.expires_at != first and message.beats > 1, "the lease is renewed")
    end.set()
    await running


async def test_finished_work_is_not_lost_while_the_store_is_away(kit: JobKit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt_runner, "_SAVE_TRIES_S", (0.0, 0.0, 0.0))
    finish, tries = JobRepository.finish, 0

    async def failing(*arguments: object, **named: object) -> DownloadJob:
        nonlocal tries
        tries += 1
        if tries <= 2:
            raise Unavailable("The store is away.")
        return await finish(*arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(JobRepository, "finish", failing)

    async def work(_: DownloadContext) -> DownloadResult:
        return RESULT

    job, message = await attempt(kit, work)
    assert (job.state, tries, message.answers) == (JobState.COMPLETED, 3, ["ack"])

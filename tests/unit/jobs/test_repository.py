"""Every write to a job's document: what it needs to be true, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from shared.contracts.errors import Conflict, HubUnreachable, NoSpace, NotFound, WorkerLost
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadJob, DownloadResult
from shared.contracts.rpc import ErrorInfo
from shared.contracts.states import Control, JobState
from shared.jobs import JobRepository, LeaseLost, to_document
from tests.support.job_kit import LEASE_S, NOON, JobKit, is_idle, progress

RESULT = DownloadResult(path="x", commit="c", files=1, bytes=1)
LOST = ErrorInfo.of(WorkerLost("gone"))


async def test_a_key_gives_the_first_job_again_to_its_owner_alone(kit: JobKit) -> None:
    first, new = await kit.repository.create(kit.job(key="k"))
    again, new_again = await kit.repository.create(kit.job(key="k"))
    assert (new, new_again, again.id) == (True, False, first.id)
    other, new_other = await kit.repository.create(kit.job(key="k", owner="ali"))
    assert new_other
    assert other.id != first.id
    with pytest.raises(Conflict):
        await kit.repository.create(kit.job("ns/other", key="k"))


async def test_a_strangers_job_is_not_found(kit: JobKit) -> None:
    job = await kit.queued(owner="ali")
    assert (await kit.repository.owned(DOWNLOAD, job.id, "ali")).id == job.id
    for id_, owner in ((job.id, "zahra"), ("none", "ali")):
        with pytest.raises(NotFound):
            await kit.repository.owned(DOWNLOAD, id_, owner)


async def test_a_claim_hands_out_a_lease_once(kit: JobKit) -> None:
    job = await kit.queued()
    kit.clock.pass_seconds(5)
    claimed = await kit.repository.claim(DOWNLOAD, job.id, "w1")
    assert claimed is not None
    assert (claimed.state, claimed.attempt, claimed.revision) == (JobState.RUNNING, 1, job.revision + 1)
    assert (claimed.lease.worker, claimed.lease.token) == ("w1", 1)
    assert claimed.lease.expires_at == kit.clock() + timedelta(seconds=LEASE_S)
    assert claimed.started_at == kit.clock()
    assert await kit.repository.claim(DOWNLOAD, job.id, "w2") is None
    assert await kit.repository.claim(DOWNLOAD, "none", "w2") is None


async def test_a_job_is_claimed_again_when_its_time_has_come_and_keeps_its_start(kit: JobKit) -> None:
    job = await kit.running()
    back = await kit.repository.requeue(job, after=10, failed=True, error=ErrorInfo.of(HubUnreachable("x")))
    assert is_idle(back)
    assert await kit.repository.claim(DOWNLOAD, job.id, "w2") is None
    kit.clock.pass_seconds(10)
    again = await kit.repository.claim(DOWNLOAD, job.id, "w2")
    assert again is not None
    assert (again.attempt, again.lease.token, again.started_at, again.error) == (2, 2, job.started_at, None)


async def test_a_renewal_moves_the_lease_and_is_no_revision(kit: JobKit) -> None:
    job = await kit.running()
    kit.clock.pass_seconds(7)
    renewed = await kit.repository.renew(job)
    assert renewed.lease.expires_at == kit.clock() + timedelta(seconds=LEASE_S)
    assert renewed.revision == job.revision


WRITES: dict[str, Callable[[JobRepository, DownloadJob], Awaitable[DownloadJob]]] = {
    "renew": lambda repository, job: repository.renew(job),
    "progress": lambda repository, job: repository.progress(job, progress(0.9)),
    "finish": lambda repository, job: repository.finish(job, JobState.COMPLETED, result=RESULT),
    "pause": lambda repository, job: repository.pause(job),
    "requeue": lambda repository, job: repository.requeue(job, failed=True),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
async def test_a_holder_whose_token_is_stale_writes_nothing(
    kit: JobKit, write: Callable[[JobRepository, DownloadJob], Awaitable[DownloadJob]]
) -> None:
    stale = await kit.running()
    await kit.repository.requeue(stale, failed=False)
    current = await kit.repository.claim(DOWNLOAD, stale.id, "w2")
    with pytest.raises(LeaseLost):
        await write(kit.repository, stale)
    assert await kit.now(stale) == current


async def test_a_finished_job_has_its_result_and_no_holder(kit: JobKit) -> None:
    job = await kit.repository.finish(await kit.running(), JobState.COMPLETED, progress=progress(1.0), result=RESULT)
    assert (job.state, job.result, job.finished_at) == (JobState.COMPLETED, RESULT, kit.clock())
    assert is_idle(job)


async def test_a_worker_pauses_only_what_is_still_asked_to_pause(kit: JobKit) -> None:
    job = await kit.running()
    with pytest.raises(LeaseLost):
        await kit.repository.pause(job)
    asked = await kit.repository.request_control(job, Control.PAUSE)
    assert (asked.state, asked.control) == (JobState.RUNNING, Control.PAUSE)
    paused = await kit.repository.pause(asked, progress(0.5))
    assert (paused.state, paused.control, paused.progress.fraction) == (JobState.PAUSED, None, 0.5)


async def test_a_job_that_pauses_by_itself_says_why(kit: JobKit) -> None:
    paused = await kit.repository.pause(await kit.running(), error=ErrorInfo.of(NoSpace("full")))
    assert paused.error is not None
    assert (paused.state, paused.error.code) == (JobState.PAUSED, "NO_SPACE")


async def test_failures_count_on_the_spot_and_start_anew_with_progress(kit: JobKit) -> None:
    job = await kit.running()
    counted = []
    for fraction in (0.0, 0.0, 0.4, 0.4):
        job = await kit.repository.requeue(job, failed=True, progress=progress(fraction))
        counted.append(job.failures)
        claimed = await kit.repository.claim(DOWNLOAD, job.id, "w")
        assert claimed is not None
        job = claimed
    assert counted == [1, 2, 1, 2]
    assert (await kit.repository.requeue(job, failed=False)).failures == 2  # a shutdown counts for nothing


@pytest.mark.parametrize(("control", "state"), [(Control.CANCEL, JobState.CANCELLED), (Control.PAUSE, JobState.PAUSED)])
async def test_a_waiting_job_obeys_at_once(kit: JobKit, control: Control, state: JobState) -> None:
    job = await kit.repository.request_control(await kit.queued(), control)
    assert (job.state, job.control) == (state, None)
    assert (job.finished_at is not None) is (state is JobState.CANCELLED)


async def test_a_stop_of_a_job_that_ran_has_it_taken_once_more(kit: JobKit) -> None:
    asked = await kit.repository.request_control(await kit.running(), Control.PAUSE)
    paused = await kit.repository.pause(asked)
    stopped = await kit.repository.request_control(paused, Control.STOP)
    assert (stopped.state, stopped.control) == (JobState.QUEUED, Control.STOP)


async def test_a_running_job_is_told_through_its_worker_unless_that_is_dead(kit: JobKit) -> None:
    job = await kit.running()
    asked = await kit.repository.request_control(job, Control.CANCEL)
    assert (asked.state, asked.control) == (JobState.RUNNING, Control.CANCEL)
    kit.clock.pass_seconds(LEASE_S + 1)
    cancelled = await kit.repository.request_control(job, Control.CANCEL)
    assert (cancelled.state, cancelled.control) == (JobState.CANCELLED, None)
    assert is_idle(cancelled)


async def test_an_ended_job_obeys_nobody(kit: JobKit) -> None:
    job = await kit.repository.finish(await kit.running(), JobState.COMPLETED, result=RESULT)
    for control in Control:
        with pytest.raises(Conflict):
            await kit.repository.request_control(job, control)
    for refused in (kit.repository.resume(job), kit.repository.retry_now(job), kit.repository.limit_bandwidth(job, 5)):
        with pytest.raises(Conflict):
            await refused


async def test_a_paused_job_that_is_resumed_waits_like_any_other(kit: JobKit) -> None:
    paused = await kit.repository.request_control(await kit.queued(), Control.PAUSE)
    kit.clock.pass_seconds(60)
    resumed = await kit.repository.resume(paused)
    assert (resumed.state, resumed.available_at) == (JobState.QUEUED, kit.clock())


async def test_a_job_that_waits_after_failures_is_tried_now_counting_from_none(kit: JobKit) -> None:
    waiting = await kit.repository.requeue(await kit.running(), after=3600, failed=True)
    tried = await kit.repository.retry_now(waiting)
    assert (tried.available_at, tried.failures, tried.failed_at) == (kit.clock(), 0, -1.0)


async def test_positions_in_the_queue(kit: JobKit) -> None:
    jobs = []
    for _ in range(3):
        jobs.append(await kit.queued())
        kit.clock.pass_seconds(1)
    assert [await kit.repository.position(job) for job in jobs] == [1, 2, 3]
    claimed = await kit.repository.claim(DOWNLOAD, jobs[0].id, "w")
    assert claimed is not None
    assert await kit.repository.position(jobs[1]) == 1


async def test_only_an_ended_job_is_forgotten(kit: JobKit) -> None:
    job = await kit.queued()
    await kit.repository.forget(job)
    assert (await kit.now(job)).id == job.id
    cancelled = await kit.repository.request_control(job, Control.CANCEL)
    await kit.repository.forget(cancelled)
    assert await kit.repository.get(DOWNLOAD, job.id) is None


async def test_a_page_is_the_owners_newest_first(kit: JobKit) -> None:
    for _ in range(3):
        await kit.queued()
        kit.clock.pass_seconds(1)
    await kit.queued(owner="ali")
    first, cursor = await kit.repository.page(DOWNLOAD, "zahra", limit=2)
    rest, end = await kit.repository.page(DOWNLOAD, "zahra", limit=2, cursor=cursor)
    assert [job.id for job in (*first, *rest)] == ["job3", "job2", "job1"]
    assert end is None
    assert await kit.repository.page(DOWNLOAD, "zahra", states=[JobState.PAUSED]) == ([], None)


async def test_a_lost_job_is_queued_again_and_failed_at_the_limit(kit: JobKit) -> None:
    job = await kit.running()
    back = await kit.repository.recover(job, limit=2, lost=LOST)
    assert back is not None
    assert (back.state, back.failures, back.available_at) == (JobState.QUEUED, 1, job.available_at)
    assert is_idle(back)
    again = await kit.repository.claim(DOWNLOAD, job.id, "w2")
    assert again is not None
    failed = await kit.repository.recover(again, limit=2, lost=LOST)
    assert failed is not None
    assert (failed.state, failed.error, failed.finished_at) == (JobState.FAILED, LOST, kit.clock())


async def test_a_lost_job_that_was_to_be_cancelled_is_cancelled(kit: JobKit) -> None:
    asked = await kit.repository.request_control(await kit.running(), Control.CANCEL)
    recovered = await kit.repository.recover(asked, limit=1, lost=LOST)
    assert recovered is not None
    assert (recovered.state, recovered.error, recovered.control) == (JobState.CANCELLED, None, None)


async def test_a_job_whose_holder_was_heard_of_meanwhile_is_left_to_it(kit: JobKit) -> None:
    job = await kit.running()
    kit.clock.pass_seconds(1)
    await kit.repository.renew(job)
    assert await kit.repository.recover(job, limit=2, lost=LOST) is None


async def test_a_document_that_cannot_be_read_keeps_no_other_from_being_found(kit: JobKit) -> None:
    job = await kit.queued()
    broken = {**to_document(job), "id": "broken", "spec": {"kind": "from the future"}}
    await kit.store.insert("downloads", broken)
    assert [found.id for found in await kit.repository.in_state(DOWNLOAD, JobState.QUEUED)] == [job.id]
    assert [found.id for found in await kit.repository.waiting_since(DOWNLOAD, NOON + timedelta(days=1))] == [job.id]
    assert [found.id for found in await kit.repository.active(DOWNLOAD, {})] == [job.id]


async def test_a_repeated_request_is_the_same_job_though_its_spec_is_completed_otherwise(kit: JobKit) -> None:
    first = kit.job("ns/model", key="k").model_copy(update={"request_digest": "d"})
    other = kit.job("ns/other", key="k")
    assert await kit.repository.create(first) == (first, True)
    assert await kit.repository.create(other.model_copy(update={"request_digest": "d"})) == (first, False)
    for different in (other, other.model_copy(update={"request_digest": "e"})):
        with pytest.raises(Conflict):
            await kit.repository.create(different)

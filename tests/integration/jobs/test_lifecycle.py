"""A job's ordinary life: retries, failures, cancel, pause and resume, idempotency, the dead-letter queue."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.bus import CommandConsumer
from shared.contracts import subjects
from shared.contracts.errors import Conflict
from shared.contracts.events import DeadLetter
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.states import Control, JobKind, JobState
from shared.jobs import to_document
from shared.service.runtime import utc_now
from tests.support.jobs import Bench, Serving


async def test_a_retried_job_completes_and_counts_its_attempts(serving: Serving) -> None:
    async with serving.bench.client() as client:
        done = await client.wait_for(await client.start("flaky/2"), JobState.COMPLETED)
        assert (done.attempt, done.failures) == (3, 2)
        assert done.error is None


async def test_retries_end_with_the_error_of_the_last(serving: Serving) -> None:
    async with serving.bench.client() as client:
        done = await client.wait_for(await client.start("flaky/99"), JobState.FAILED)
        assert done.attempt == 4
        assert done.error is not None
        assert (done.error.code, done.error.retryable) == ("HUB_UNREACHABLE", True)


async def test_a_failure_for_good_is_not_tried_again(serving: Serving) -> None:
    async with serving.bench.client() as client:
        done = await client.wait_for(await client.start("broken/1"), JobState.FAILED)
        assert done.attempt == 1
        assert done.error is not None
        assert done.error.code == "REPO_NOT_FOUND"


async def test_a_bug_is_retried_then_failed_without_its_details(serving: Serving) -> None:
    async with serving.bench.client() as client:
        done = await client.wait_for(await client.start("buggy/1"), JobState.FAILED)
        assert done.attempt == 4
        assert done.error is not None
        assert done.error.code == "INTERNAL"
        assert "ZeroDivision" not in done.error.message
        assert any("ZeroDivisionError" in str(line.get("exception")) for line in serving.worker.lines())


async def test_cancelling_a_running_job_is_quick(serving: Serving) -> None:
    async with serving.bench.client() as client:
        job = await client.wait_underway(await client.start("steps/400"))
        await client.jobs.request_control(job, Control.CANCEL)
        done = await client.wait_for(job, JobState.CANCELLED, limit=1)
        assert done.finished_at is not None
        assert serving.bench.effects(job) == []


async def test_a_queued_job_is_cancelled_without_a_worker(bench: Bench) -> None:
    async with bench.client() as client:
        job = await client.start("steps/1")
        assert (await client.jobs.request_control(job, Control.CANCEL)).state is JobState.CANCELLED
        with pytest.raises(Conflict):
            await client.jobs.request_control(job, Control.CANCEL)
        with bench.worker("a"):
            await client.wait_for(await client.start("steps/1"), JobState.COMPLETED)
        assert bench.effects(job) == []


async def test_pause_frees_the_worker_and_resume_goes_on(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a", SLOTS="1"):
            job = await client.wait_underway(await client.start("steps/60"))
            await client.jobs.request_control(job, Control.PAUSE)
            paused = await client.wait_for(job, JobState.PAUSED, limit=2)
            await client.wait_for(await client.start("steps/1"), JobState.COMPLETED)
            for _ in range(3):  # a pause of a job that waits again must not lose its next command
                paused = await client.jobs.resume(paused)
                paused = await client.jobs.request_control(paused, Control.PAUSE)
                paused = await client.wait_for(paused, JobState.PAUSED, limit=5)
            await client.jobs.resume(paused)
            done = await client.wait_for(job, JobState.COMPLETED)
            assert done.failures == 0
            assert len(bench.effects(job)) == 1


async def test_an_idempotency_key_gives_the_first_job_again(serving: Serving) -> None:
    async with serving.bench.client() as client:
        spec = DownloadSpec(repo_id="steps/1")
        first = await client.jobs.submit(DOWNLOAD, spec, "tester", idempotency_key="k")
        assert (await client.jobs.submit(DOWNLOAD, spec, "tester", idempotency_key="k")).id == first.id
        assert (await client.jobs.submit(DOWNLOAD, spec, "somebody else", idempotency_key="k")).id != first.id
        with pytest.raises(Conflict):
            await client.jobs.submit(DOWNLOAD, DownloadSpec(repo_id="steps/2"), "tester", idempotency_key="k")


async def test_a_malformed_command_goes_to_the_dead_letters_and_blocks_nothing(serving: Serving) -> None:
    async with serving.bench.client() as client:
        letters = await client.bus.jetstream.subscribe("dlq.>", stream=subjects.DLQ_STREAM)
        subject = subjects.command(JobKind.DOWNLOAD)
        for payload in (b"not json", b'{"jobId": "../etc"}', b"{}", "سلام".encode()):
            await client.bus.jetstream.publish(subject, payload)
        await client.wait_for(await client.start("steps/1"), JobState.COMPLETED)
        for _ in range(4):
            message = await letters.next_msg(timeout=5)
            letter = DeadLetter.model_validate_json(message.data)
            assert letter.subject == subject
            assert letter.reason


async def test_a_consumer_without_a_bus_waits_instead_of_failing(bench: Bench) -> None:
    async with bench.client() as client:
        consumer = CommandConsumer(client.bus, JobKind.SCAN, ack_wait=1.5, now=utc_now)
        bench.nats.kill()
        assert await consumer.next() is None


async def test_one_broken_document_keeps_no_other_from_recovery(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a") as worker:
            job = await client.wait_underway(await client.start("steps/30"))
            worker.kill()
        past = utc_now() - timedelta(days=1)
        broken = {**to_document(job), "id": "broken", "spec": {"kind": "from the future"}, "available_at": past}
        await client.store.insert("downloads", broken)
        with bench.worker("b"):
            await client.wait_for(job, JobState.COMPLETED)


async def test_a_cancel_during_a_pause_is_not_forgotten(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a", SLOW_TO_LEAVE="1"):
            job = await client.wait_underway(await client.start("steps/400"))
            await client.jobs.request_control(job, Control.PAUSE)
            await client.jobs.request_control(job, Control.CANCEL)
            assert (await client.wait_for(job, JobState.CANCELLED, limit=8)).control is None


async def test_a_stop_during_a_pause_is_not_forgotten(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a", SLOW_TO_LEAVE="1"):
            job = await client.wait_underway(await client.start("steps/400"))
            await client.jobs.request_control(job, Control.PAUSE)
            await client.jobs.request_control(job, Control.STOP)
            # Whether the worker had heard of the pause or not. (This handler keeps nothing on a stop.)
            assert (await client.wait_for(job, JobState.CANCELLED, limit=8)).attempt <= 2


async def test_a_paused_job_that_is_stopped_is_taken_once_more(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a"):
            job = await client.wait_underway(await client.start("steps/400"))
            await client.jobs.request_control(job, Control.PAUSE)
            paused = await client.wait_for(job, JobState.PAUSED, limit=5)
            stopped = await client.jobs.request_control(paused, Control.STOP)
            assert (stopped.state, stopped.control) == (JobState.QUEUED, Control.STOP)
            assert (await client.wait_for(job, JobState.CANCELLED, limit=8)).attempt == 2


async def test_a_job_whose_worker_is_dead_can_be_cancelled_without_another(bench: Bench) -> None:
    async with bench.client() as client:
        with bench.worker("a") as worker:
            job = await client.wait_underway(await client.start("steps/400"))
            worker.kill()
        expired = await client.wait(
            job, lambda f: f.lease.expires_at is not None and f.lease.expires_at < utc_now(), 5, "the lease ends"
        )
        assert (await client.jobs.request_control(expired, Control.CANCEL)).state is JobState.CANCELLED


async def test_failures_that_get_further_each_time_end_no_job(serving: Serving) -> None:
    async with serving.bench.client() as client:
        done = await client.wait_for(await client.start("crawling/8"), JobState.COMPLETED)
        assert done.attempt == 9  # twice the limit of four, and each failure was further than the last

"""What the store knows and the bus has lost: jobs without a notification, and jobs whose worker is silent."""

from __future__ import annotations

from datetime import timedelta

from shared.contracts.kinds import DOWNLOAD
from shared.contracts.states import Control, JobState
from tests.support.job_kit import LEASE_S, JobKit


async def test_a_job_whose_lease_has_ended_is_queued_again_and_announced(kit: JobKit) -> None:
    job = await kit.running("elsewhere")
    await kit.sweep_for(kit.sweeper(), LEASE_S + 1)
    back = await kit.now(job)
    assert (back.state, back.failures, back.lease.worker) == (JobState.QUEUED, 1, None)
    assert [command.job_id for command in kit.bus.commands] == [job.id]
    assert kit.bus.commands[0].revision == back.revision  # another message id than the first: the stream takes it
    assert kit.states() == ["queued"]


async def test_a_job_that_is_held_is_left_alone(kit: JobKit) -> None:
    job = await kit.running("elsewhere")
    await kit.sweep_for(kit.sweeper(), LEASE_S - 1)
    assert await kit.now(job) == job
    assert kit.bus.commands == []


async def test_a_clock_that_is_ahead_or_jumps_takes_no_job(kit: JobKit) -> None:
    job = await kit.running("elsewhere")
    sweeper = kit.sweeper()
    for jump in (60, -7200, 86_400):
        kit.clock.now += timedelta(seconds=jump)
        await kit.sweep_for(sweeper, LEASE_S / 2)
        await kit.repository.renew(job)
    assert ((await kit.now(job)).state, (await kit.now(job)).attempt) == (JobState.RUNNING, 1)
    assert kit.bus.commands == []


async def test_workers_get_time_to_renew_after_an_outage_of_the_store(kit: JobKit) -> None:
    job = await kit.running("elsewhere")
    sweeper = kit.sweeper()
    await sweeper.sweep()
    kit.clock.pass_seconds(LEASE_S * 3)  # no sweep reads the store, no worker writes to it
    await sweeper.sweep()
    assert (await kit.now(job)).state is JobState.RUNNING
    await kit.sweep_for(sweeper, LEASE_S + 1)
    assert (await kit.now(job)).state is JobState.QUEUED


async def test_a_worker_that_is_lost_too_often_ends_the_job(kit: JobKit) -> None:
    job = await kit.running("elsewhere")
    sweeper = kit.sweeper()
    for _ in range(kit.policy.limit):
        await kit.sweep_for(sweeper, LEASE_S + 1)
        await kit.repository.claim(DOWNLOAD, job.id, "elsewhere")
    ended = await kit.now(job)
    assert ended.error is not None
    assert (ended.state, ended.error.code, ended.attempt) == (JobState.FAILED, "WORKER_LOST", kit.policy.limit)
    assert len(kit.bus.commands) == kit.policy.limit - 1


async def test_a_lost_job_that_was_to_be_cancelled_is_not_announced(kit: JobKit) -> None:
    job = await kit.running("elsewhere")
    await kit.repository.request_control(job, Control.CANCEL)
    await kit.sweep_for(kit.sweeper(), LEASE_S + 1)
    assert (await kit.now(job)).state is JobState.CANCELLED
    assert kit.bus.commands == []


async def test_a_queued_job_without_a_notification_is_announced_after_half_a_lease(kit: JobKit) -> None:
    job = await kit.queued()
    await kit.sweeper().sweep()
    assert kit.bus.commands == []
    kit.clock.pass_seconds(LEASE_S / 2 + 1)
    await kit.sweeper().sweep()
    await kit.sweeper().sweep()
    assert [command.job_id for command in kit.bus.commands] == [job.id, job.id]
    assert len({command.message_id for command in kit.bus.commands}) == 1  # the stream drops the repeat


async def test_a_job_that_waits_after_a_failure_is_not_announced_before_its_time(kit: JobKit) -> None:
    await kit.repository.requeue(await kit.running(), after=3600, failed=True)
    kit.clock.pass_seconds(LEASE_S)
    await kit.sweeper().sweep()
    assert kit.bus.commands == []

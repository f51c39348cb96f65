"""Ended jobs and idempotency keys are deleted with time; active jobs and those with files stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from shared.contracts.kinds import DOWNLOAD
from shared.contracts.states import JobState
from shared.jobs import JobRetention, RetentionPolicy
from tests.support.job_kit import JobKit

DAY = 86_400


def retention(kit: JobKit, **policy: object) -> JobRetention:
    return JobRetention(DOWNLOAD, kit.repository, RetentionPolicy(**policy), kit.clock)  # type: ignore[arg-type]


async def ended(kit: JobKit, key: str | None = None) -> str:
    job, _ = await kit.repository.create(kit.job(key=key))
    claimed = await kit.repository.claim(DOWNLOAD, job.id, "w")
    assert claimed is not None
    await kit.repository.finish(claimed, JobState.CANCELLED)
    return job.id


async def left(kit: JobKit) -> int:
    return await kit.store.count("downloads")


async def test_ended_jobs_are_deleted_after_their_time_and_others_stay(kit: JobKit) -> None:
    await ended(kit)
    await kit.queued()
    await kit.running()
    kit.clock.pass_seconds(89 * DAY)
    recent = await ended(kit)
    assert await retention(kit).prune() == 0
    kit.clock.pass_seconds(2 * DAY)
    assert await retention(kit).prune() == 1
    assert await left(kit) == 3
    assert await kit.repository.get(DOWNLOAD, recent) is not None


async def test_of_many_ended_jobs_the_newest_stay(kit: JobKit) -> None:
    ids = []
    for _ in range(5):
        ids.append(await ended(kit))
        kit.clock.pass_seconds(1)
    assert await retention(kit, most=3).prune() == 2
    assert [await kit.repository.get(DOWNLOAD, id_) is not None for id_ in ids] == [False, False, True, True, True]
    assert await retention(kit, most=3).prune() == 0


async def test_a_key_is_free_after_its_time_and_its_job_stays(kit: JobKit) -> None:
    id_ = await ended(kit, key="k")
    kit.clock.pass_seconds(6 * DAY)
    await retention(kit).prune()
    assert await kit.repository.by_key(DOWNLOAD, "zahra", "k") is not None
    kit.clock.pass_seconds(2 * DAY)
    await retention(kit).prune()
    assert await kit.repository.by_key(DOWNLOAD, "zahra", "k") is None
    assert await kit.repository.get(DOWNLOAD, id_) is not None


async def test_a_kind_with_files_of_its_own_keeps_its_jobs(kit: JobKit) -> None:
    await ended(kit)
    kit.clock.pass_seconds(1000 * DAY)
    kept = replace(retention(kit), job_type=replace(DOWNLOAD, disposable=False))
    assert await kept.prune() == 0
    assert await left(kit) == 1


async def test_a_sweeper_prunes_once_an_hour(kit: JobKit) -> None:
    sweeper = kit.sweeper(retention(kit, age=timedelta(0)))
    for expected in (0, 1, 0):
        await ended(kit)
        kit.clock.pass_seconds(1)
        await sweeper.prune()
        assert await left(kit) == expected
        kit.clock.pass_seconds(3500 if not expected else 200)

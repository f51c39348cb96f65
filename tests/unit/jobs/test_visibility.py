"""Who finds, lists, counts and changes the jobs of an account."""

from __future__ import annotations

from itertools import count

import pytest

from shared.contracts.errors import Forbidden, NotFound
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.states import JobState
from shared.jobs import JobService, job_event
from tests.support.job_kit import JobKit


def service(kit: JobKit) -> JobService:
    numbers = count(1)
    return JobService(
        kit.repository, kit.events, kit.bus, kit.metrics, kit.clock, lambda: f"new{next(numbers)}"
    )  # fmt: skip


async def test_a_shared_job_is_seen_by_all_and_changed_by_its_owner_only(kit: JobKit) -> None:
    job = await service(kit).share(await kit.queued(owner="ali"), "shared")
    assert (await kit.repository.visible(DOWNLOAD, job.id, "zahra")).visibility == "shared"
    with pytest.raises(Forbidden):
        await kit.repository.owned(DOWNLOAD, job.id, "zahra")
    assert (await kit.repository.owned(DOWNLOAD, job.id, "ali")).id == job.id


async def test_a_private_job_of_another_account_does_not_exist(kit: JobKit) -> None:
    job = await kit.queued(owner="ali")
    for seek in (kit.repository.visible, kit.repository.owned):
        with pytest.raises(NotFound) as caught:
            await seek(DOWNLOAD, job.id, "zahra")
        with pytest.raises(NotFound) as unknown:
            await seek(DOWNLOAD, "no-such-job", "zahra")
        assert caught.value.message.replace(job.id, "") == unknown.value.message.replace("no-such-job", "")


@pytest.mark.parametrize("sole", ["local", "owner"])
async def test_a_sole_owner_has_the_jobs_of_everyone(kit: JobKit, sole: str) -> None:
    ali, zahra = await kit.queued(owner="ali"), await kit.queued(owner="zahra")
    for job in (ali, zahra):
        assert (await kit.repository.owned(DOWNLOAD, job.id, sole)).id == job.id
    page, _ = await kit.repository.page(DOWNLOAD, sole)
    assert {job.id for job in page} == {ali.id, zahra.id}
    assert {job.id for job in await kit.repository.active_of(DOWNLOAD, sole)} == {ali.id, zahra.id}
    assert [job.id for job in await kit.repository.active_of(DOWNLOAD, "ali")] == [ali.id]


async def test_a_page_of_shared_jobs_has_those_of_others_only(kit: JobKit) -> None:
    jobs = service(kit)
    theirs = await jobs.share(await kit.queued(owner="ali"), "shared")
    await kit.queued(owner="ali")
    mine = await jobs.share(await kit.queued(owner="zahra"), "shared")
    page, _ = await kit.repository.page(DOWNLOAD, "zahra", shared=True)
    assert [job.id for job in page] == [theirs.id]
    page, _ = await kit.repository.page(DOWNLOAD, "zahra")
    assert [job.id for job in page] == [mine.id]
    page, _ = await kit.repository.page(DOWNLOAD, "local", shared=True)
    assert {job.id for job in page} == {theirs.id, mine.id}


async def test_completed_jobs_are_counted_by_owner(kit: JobKit) -> None:
    await kit.repository.finish(await kit.running(), JobState.COMPLETED)
    since = kit.clock().replace(hour=0)
    counts = [await kit.repository.completed_since(DOWNLOAD, who, since) for who in ("zahra", "ali", "local")]
    assert counts == [1, 0, 1]


async def test_a_position_says_nothing_about_the_jobs_of_others(kit: JobKit) -> None:
    for _ in range(3):
        await kit.queued(owner="ali")
        kit.clock.pass_seconds(1)
    mine = await kit.queued(owner="zahra")
    kit.clock.pass_seconds(1)
    theirs = await service(kit).share(await kit.queued(owner="ali"), "shared")
    views = await service(kit).views(DOWNLOAD, [mine, theirs], "zahra")
    assert [view.queue_position for view in views] == [1, None]
    views = await service(kit).views(DOWNLOAD, [mine, theirs], "local")
    assert [view.queue_position for view in views] == [4, 5]


async def test_sharing_is_a_revision_with_an_event_for_everyone(kit: JobKit) -> None:
    jobs, job = service(kit), await kit.queued(owner="ali")
    shared = await jobs.share(job, "shared")
    assert shared.revision == job.revision + 1
    assert (await jobs.share(shared, "shared")).revision == shared.revision
    private = await jobs.share(shared, "private")
    assert [(event.owner, event.data["visibility"]) for event in kit.bus.events] == [
        (None, "shared"),
        ("ali", "private"),
    ]
    assert job_event(private, "snapshot").owner == "ali"


async def test_an_idempotency_key_belongs_to_its_account(kit: JobKit) -> None:
    job, _ = await kit.repository.create(kit.job(owner="ali", key="k"))
    assert await kit.repository.by_key(DOWNLOAD, "ali", "k") == job
    for other in ("zahra", "local"):
        assert await kit.repository.by_key(DOWNLOAD, other, "k") is None

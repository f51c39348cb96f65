"""Whose jobs an owner sees, and which of them it may change."""

from __future__ import annotations

import pytest

from shared.contracts.errors import Forbidden, NotFound
from shared.contracts.events import Event
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadJob
from shared.contracts.owners import LOCAL_OWNER, TOKEN_OWNER
from shared.contracts.states import JobState
from shared.jobs import job_event
from tests.support.job_kit import JobKit


@pytest.fixture
async def job(kit: JobKit) -> DownloadJob:
    return await kit.queued("ns/one", owner="sara")


async def test_another_accounts_private_job_does_not_exist(kit: JobKit, job: DownloadJob) -> None:
    for find in (kit.repository.visible, kit.repository.owned):
        with pytest.raises(NotFound):
            await find(DOWNLOAD, job.id, "ali")
        assert (await find(DOWNLOAD, job.id, "sara")).id == job.id


async def test_a_shared_job_is_read_by_everyone_and_changed_by_its_owner(kit: JobKit, job: DownloadJob) -> None:
    shared = await kit.repository.set_visibility(job, "shared")
    assert shared.revision == job.revision + 1
    assert (await kit.repository.visible(DOWNLOAD, job.id, "ali")).visibility == "shared"
    with pytest.raises(Forbidden):
        await kit.repository.owned(DOWNLOAD, job.id, "ali")
    await kit.repository.set_visibility(shared, "private")
    with pytest.raises(NotFound):
        await kit.repository.visible(DOWNLOAD, job.id, "ali")


@pytest.mark.parametrize("sole", [LOCAL_OWNER, TOKEN_OWNER])
async def test_without_accounts_every_job_is_the_one_owners(kit: JobKit, job: DownloadJob, sole: str) -> None:
    assert (await kit.repository.owned(DOWNLOAD, job.id, sole)).id == job.id
    assert [found.id for found in (await kit.repository.page(DOWNLOAD, sole))[0]] == [job.id]
    assert [found.id for found in await kit.repository.active_of(DOWNLOAD, sole)] == [job.id]


async def test_lists_have_own_jobs_or_the_shared_ones(kit: JobKit, job: DownloadJob) -> None:
    other = await kit.queued("ns/two", owner="ali")
    await kit.repository.set_visibility(other, "shared")
    own, _ = await kit.repository.page(DOWNLOAD, "sara")
    shared, _ = await kit.repository.page(DOWNLOAD, "sara", shared=True)
    assert ([found.id for found in own], [found.id for found in shared]) == ([job.id], [other.id])


async def test_a_place_in_the_queue_counts_own_jobs_only(kit: JobKit) -> None:
    for number in range(5):
        await kit.queued(f"ns/{number}", owner="ali")
        kit.clock.pass_seconds(1)
    first = await kit.queued("ns/first", owner="sara")
    kit.clock.pass_seconds(1)
    second = await kit.queued("ns/second", owner="sara")
    assert [await kit.repository.position(found) for found in (first, second)] == [1, 2]


async def test_an_event_reaches_those_who_may_see_its_job(kit: JobKit) -> None:
    job = kit.job(owner="sara")
    event = job_event(job, "state")
    assert (event.may_reach("sara"), event.may_reach("ali"), event.may_reach(LOCAL_OWNER)) == (True, False, True)
    assert job_event(job.model_copy(update={"visibility": "shared"}), "state").may_reach("ali")
    asset = Event.model_validate(
        {**event.model_dump(by_alias=True), "owner": None, "jobId": None, "audience": ["sara"], "data": {}}
    )
    assert (asset.may_reach("sara"), asset.may_reach("ali")) == (True, False)
    assert asset.model_copy(update={"audience": None}).may_reach("ali")
    assert job.state is JobState.QUEUED

"""Jobs that get another owner."""

from __future__ import annotations

from shared.contracts.kinds import DOWNLOAD
from shared.jobs.giving import give_jobs
from tests.support.job_kit import JobKit


async def test_every_job_is_given_once_and_a_key_that_collides_is_dropped(kit: JobKit) -> None:
    for number in range(3):
        await kit.repository.create(kit.job(owner="local", key=f"k{number}"))
    mine, _ = await kit.repository.create(kit.job(owner="sara", key="k1"))
    assert (await give_jobs(kit.store, "local", "sara"))["download"] == 3
    assert (await give_jobs(kit.store, "local", "sara"))["download"] == 0
    jobs, _ = await kit.repository.page(DOWNLOAD, "sara")
    assert len(jobs) == 4
    assert {job.idempotency_key for job in jobs} == {"k0", "k1", "k2", None}
    known = await kit.repository.by_key(DOWNLOAD, "sara", "k1")
    assert known is not None
    assert known.id == mine.id

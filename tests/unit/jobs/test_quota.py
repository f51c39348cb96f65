"""One owner's jobs that have not ended are limited; a repeated request is not a new job."""

from __future__ import annotations

import pytest

from shared.contracts.errors import RateLimited
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.states import Control
from shared.jobs import JobService
from tests.support.job_kit import JobKit


def service(kit: JobKit, per_owner: int) -> JobService:
    ids = iter(range(1000))
    return JobService(
        kit.repository, kit.events, kit.bus, kit.metrics, kit.clock, lambda: f"q{next(ids)}", per_owner=per_owner
    )


async def test_the_limit_counts_the_active_jobs_of_each_owner(kit: JobKit) -> None:
    jobs, spec = service(kit, 2), DownloadSpec(repo_id="a/b")
    await jobs.submit(DOWNLOAD, spec, "me", idempotency_key="k")
    second = await jobs.submit(DOWNLOAD, spec, "me")
    for key in (None, "other"):
        with pytest.raises(RateLimited, match="2 download jobs"):
            await jobs.submit(DOWNLOAD, spec, "me", idempotency_key=key)
    assert (await jobs.submit(DOWNLOAD, spec, "me", idempotency_key="k")).id == "q0"
    await jobs.submit(DOWNLOAD, spec, "you")
    await jobs.request_control(second, Control.CANCEL)
    await jobs.submit(DOWNLOAD, spec, "me")
    with pytest.raises(RateLimited):
        await jobs.submit(DOWNLOAD, spec, "me")


async def test_no_limit_is_zero(kit: JobKit) -> None:
    jobs = service(kit, 0)
    for _ in range(5):
        await jobs.submit(DOWNLOAD, DownloadSpec(repo_id="a/b"), "me")

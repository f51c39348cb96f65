"""How many downloads a person may have under way, and when to come back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.gateway.downloads.limits import check_limit
from shared.contracts.errors import RateLimited
from shared.contracts.kinds.download import DownloadJob, DownloadProgress, DownloadSpec
from shared.contracts.states import JobKind, JobState

NOW = datetime(2026, 11, 1, tzinfo=UTC)
NEW = DownloadSpec(repo_id="ns/new")


def job(repo: str, state: JobState = JobState.RUNNING, eta: float | None = None, **spec: object) -> DownloadJob:
    return DownloadJob(
        id=repo.replace("/", "-"), kind=JobKind.DOWNLOAD, owner="me", state=state, created_at=NOW, updated_at=NOW,
        available_at=NOW, spec=DownloadSpec.model_validate({"repo_id": repo, **spec}),
        progress=DownloadProgress(eta=eta),
    )  # fmt: skip


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.RUNNING])
def test_one_that_waits_or_runs_is_the_limit(state: JobState) -> None:
    with pytest.raises(RateLimited) as refused:
        check_limit([job("ns/a", state)], NEW, 1)
    assert "ns/a" in refused.value.message


def test_a_paused_one_does_not_count() -> None:
    check_limit([job("ns/a", JobState.PAUSED)], NEW, 1)


def test_the_same_place_does_not_count_another_part_of_the_repository_does() -> None:
    check_limit([job("ns/new", repo_revision="v1")], NEW, 1)
    part = job("ns/new", asset_id="ns/part")
    with pytest.raises(RateLimited):
        check_limit([part], NEW, 1)


def test_more_than_one_may_be_allowed_and_none_is_no_limit() -> None:
    check_limit([job("ns/a")], NEW, 2)
    with pytest.raises(RateLimited):
        check_limit([job("ns/a"), job("ns/b")], NEW, 2)
    check_limit([job(f"ns/{n}") for n in range(50)], NEW, 0)


@pytest.mark.parametrize(("eta", "seconds"), [(0.1, 1), (30, 30), (9000, 60), (None, 10)])
def test_when_to_come_back_is_the_oldest_ones_eta_within_bounds(eta: float | None, seconds: float) -> None:
    with pytest.raises(RateLimited) as refused:
        check_limit([job("ns/a", eta=eta), job("ns/b", eta=5)], NEW, 1)
    assert refused.value.retry_after == seconds

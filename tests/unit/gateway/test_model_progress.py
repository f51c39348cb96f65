"""A download in the older clients' words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.gateway.models.service import model_progress
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadJob, DownloadProgress, DownloadSpec, DownloadView
from shared.contracts.states import JobKind, JobState

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def shown(state: JobState) -> DownloadView:
    job = DownloadJob(
        id="j", kind=JobKind.DOWNLOAD, owner="me", state=state, created_at=NOW, updated_at=NOW, available_at=NOW,
        spec=DownloadSpec(repo_id="ns/a"), progress=DownloadProgress(fraction=0.5, bytes_downloaded=5, bytes_total=10),
    )  # fmt: skip
    return DOWNLOAD.view(job)


@pytest.mark.parametrize(
    ("state", "status", "final"),
    [
        (JobState.QUEUED, "downloading", False),
        (JobState.RUNNING, "downloading", False),
        (JobState.PAUSED, "downloading", False),
        (JobState.COMPLETED, "done", True),
        (JobState.FAILED, "error", True),
        (JobState.CANCELLED, "error", True),
    ],
)
def test_every_state_has_a_word_and_each_end_is_one(state: JobState, status: str, final: bool) -> None:
    progress = model_progress("ns/a", shown(state))
    assert (progress.status, progress.final) == (status, final)
    assert (progress.error is not None) == (status == "error")
    assert (progress.progress, progress.bytes_downloaded, progress.total_bytes) == (50.0, 5, 10)

"""The limit of concurrent downloads per user."""

from __future__ import annotations

from collections.abc import Sequence

from shared.contracts.errors import RateLimited
from shared.contracts.hints import Action, Hint
from shared.contracts.kinds.download import DownloadJob, DownloadSpec
from shared.contracts.states import JobState

# Retry-After in seconds: progress changes once a second, and within a minute the queue may be free.
_SOONEST_S, _LATEST_S = 1.0, 60.0
_UNKNOWN_S = 10.0


def check_limit(active: Sequence[DownloadJob], spec: DownloadSpec, limit: int) -> None:
    """Raises `RateLimited` if `limit` others (0: no limit) are queued or running. `active` is oldest first."""
    others = [job for job in active if job.state is not JobState.PAUSED and not _same_place(job, spec)]
    if limit == 0 or len(others) < limit:
        return
    first = others[0]
    count = "a download" if limit == 1 else f"{limit} downloads"
    raise RateLimited(
        f"You have {count} under way already ({first.spec.target_asset_id}).",
        retry_after=_retry_after(first),
        hint=Hint(Action.WAIT_FOR_DOWNLOAD),
    )


def _same_place(job: DownloadJob, spec: DownloadSpec) -> bool:
    return (job.spec.repo_type, job.spec.target_asset_id) == (spec.repo_type, spec.target_asset_id)


def _retry_after(job: DownloadJob) -> float:
    eta = job.progress.eta
    return min(max(_UNKNOWN_S if eta is None else eta, _SOONEST_S), _LATEST_S)

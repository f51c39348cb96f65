"""What a download that a full disk has paused still needs."""

from __future__ import annotations

from shared.contracts.progress import DownloadProgress
from shared.jobs import Job


def remaining_bytes(job: Job) -> int:
    progress = job.progress
    return progress.bytes_total - progress.bytes_downloaded if isinstance(progress, DownloadProgress) else 0

"""The disk space that a paused download still needs."""

from __future__ import annotations

from shared.contracts.kinds.download import DownloadJob


def remaining_bytes(job: DownloadJob) -> int:
    return job.progress.bytes_total - job.progress.bytes_downloaded

"""The context of a download's handler."""

from __future__ import annotations

from shared.contracts.kinds.download import DownloadProgress, DownloadResult, DownloadSpec
from shared.jobs import JobContext
from shared.tasks import wait_set

DownloadContext = JobContext[DownloadSpec, DownloadProgress, DownloadResult]


async def sleep_or_interrupt(context: DownloadContext, seconds: float) -> None:
    """Sleep for so many seconds. Raises `Interrupted` at once when the job is interrupted."""
    await wait_set(context.interrupted, seconds)
    context.check()

"""Downloads that a full disk has paused go on when there is room again."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from services.downloader.ledger import Ledger
from shared.contracts.errors import Conflict, NoSpace, Unavailable
from shared.contracts.progress import DownloadProgress
from shared.contracts.states import JobKind, JobState
from shared.jobs import Job, Jobs
from shared.telemetry import get_logger

_LOG = get_logger("downloader")
_LOOK_S = 5.0


async def resume_when_there_is_room(jobs: Jobs, ledger: Ledger, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            for job in await jobs.repository.active(JobKind.DOWNLOAD, {"error.code": NoSpace.code}):
                if job.state is JobState.PAUSED and await asyncio.to_thread(ledger.room_for, _left(job)):
                    with suppress(Conflict):  # its owner was faster
                        await jobs.resume(job)
                        _LOG.info("room_again", job_id=job.id)
                    break  # the next when this one has reserved what it needs
        except Unavailable as error:
            _LOG.debug("room_not_looked_for", reason=error.message)
        with suppress(TimeoutError):
            async with asyncio.timeout(_LOOK_S):
                await stop.wait()


def _left(job: Job) -> int:
    progress = job.progress
    return progress.bytes_total - progress.bytes_downloaded if isinstance(progress, DownloadProgress) else 0

"""Resumes jobs that a full disk has paused, once there is space."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from shared.contracts.errors import Conflict, NoSpace, Unavailable
from shared.contracts.jobs import Job, JobType, P, R, S
from shared.contracts.states import JobState
from shared.jobs.service import JobService
from shared.tasks import wait_set
from shared.telemetry import get_logger

_LOG = get_logger("jobs")
_POLL_INTERVAL_S = 5.0


async def resume_when_disk_has_space(
    jobs: JobService,
    job_type: JobType[S, P, R],
    has_space: Callable[[Job[S, P, R]], bool],
    stop: asyncio.Event,
) -> None:
    """Check every 5 seconds and resume, until `stop` is set. `has_space` may block: it runs in a thread."""
    while not stop.is_set():
        try:
            for job in await jobs.repository.active(job_type, {"error.code": NoSpace.code}):
                if job.state is JobState.PAUSED and await asyncio.to_thread(has_space, job):
                    with suppress(Conflict):  # the owner has resumed or cancelled it already
                        await jobs.resume(job)
                        _LOG.info("job_resumed_after_disk_full", job_id=job.id)
                    break  # one at a time: the next check sees the space that this job takes
        except Unavailable as error:
            _LOG.debug("disk_space_check_failed", reason=error.message)
        await wait_set(stop, _POLL_INTERVAL_S)

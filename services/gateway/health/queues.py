"""Reads the queues of the installation from the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.jobs import JobType
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.states import JobKind, JobState
from shared.contracts.wire import Wire
from shared.jobs import JobRepository


class QueueHealth(Wire):
    """Jobs of one kind, of everybody. `age`: seconds for which the oldest queued one could have been claimed."""

    queued: int
    running: int
    paused: int
    age: float


@dataclass(frozen=True, slots=True)
class QueueReader:
    jobs: JobRepository
    now: Callable[[], datetime]

    async def read(self) -> dict[JobKind, QueueHealth]:
        """Raises `Unavailable`."""
        return {kind: await self._read(job_type) for kind, job_type in JOB_TYPES.items()}

    async def _read(self, job_type: JobType) -> QueueHealth:
        queued, running, paused = [
            await self.jobs.count_in(job_type, state) for state in (JobState.QUEUED, JobState.RUNNING, JobState.PAUSED)
        ]
        oldest = await self.jobs.oldest_queued(job_type) if queued else None
        age = max(0.0, (self.now() - oldest).total_seconds()) if oldest is not None else 0.0
        return QueueHealth(queued=queued, running=running, paused=paused, age=round(age, 1))

"""Reads from the store the jobs that a subscriber may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.jobs import Job
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.owners import SOLE_OWNERS
from shared.contracts.states import ACTIVE, JobKind, JobState
from shared.jobs import JobRepository

_NEWEST = 100


@dataclass(frozen=True, slots=True)
class JobSnapshots:
    """Every method raises `Unavailable` while the store does not answer."""

    repository: JobRepository

    async def job(self, topic: str, viewer: str) -> Job | None:
        """The job of a topic; None for the topic of something else. Raises `NotFound`, also for an invisible job."""
        kind, _, job_id = topic.partition(":")
        if kind not in set(JobKind):
            return None
        return await self.repository.visible(JOB_TYPES[JobKind(kind)], job_id, viewer)

    async def newest(self, kind: JobKind, viewer: str) -> list[Job]:
        """The newest jobs of a kind, oldest first: at most 100 of the viewer's, and 100 that others share."""
        return await self._newest(kind, viewer, ())

    async def active(self, kind: JobKind, viewer: str) -> list[Job]:
        """Like `newest`, of those that have not ended."""
        return await self._newest(kind, viewer, sorted(ACTIVE))

    async def _newest(self, kind: JobKind, viewer: str, states: Sequence[JobState]) -> list[Job]:
        jobs, _ = await self.repository.page(JOB_TYPES[kind], viewer, states=states, limit=_NEWEST)
        if viewer not in SOLE_OWNERS:
            shared, _ = await self.repository.page(
                JOB_TYPES[kind], viewer, shared=True, states=states, limit=_NEWEST
            )  # fmt: skip
            jobs = [*jobs, *shared]
        return sorted(jobs, key=lambda job: job.created_at)

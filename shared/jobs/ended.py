"""Removes jobs that have ended, and their idempotency keys."""

from __future__ import annotations

from datetime import datetime

from shared.contracts.jobs import Job, JobType
from shared.contracts.states import TERMINAL
from shared.jobs.queries import JobQueries, collection_of
from shared.store import Filter

_ENDED: Filter = {"state": {"$in": [state.value for state in sorted(TERMINAL)]}}


class EndedJobs(JobQueries):
    """The part of `JobRepository` that deletes."""

    async def forget(self, job: Job) -> None:
        """Remove the document of a job that has ended. The caller removes the job's other data first."""
        await self._store.delete(collection_of(job), {"id": job.id, **_ENDED})

    async def delete_ended(self, job_type: JobType, before: datetime) -> int:
        """Delete the jobs that ended before this time. Returns their number."""
        return await self._store.delete(job_type.collection, {**_ENDED, "finished_at": {"$lt": before}})

    async def end_of_newest(self, job_type: JobType, most: int) -> datetime | None:
        """When the oldest of the `most` (at most 10,000) newest ended jobs ended; None if there are fewer."""
        page = await self._store.find(job_type.collection, _ENDED, sort=(("finished_at", -1),), limit=most)
        ended = page.items[-1]["finished_at"] if len(page.items) == most else None
        return ended if isinstance(ended, datetime) else None

    async def expire_keys(self, job_type: JobType, before: datetime) -> None:
        """Free the idempotency keys of jobs that ended before this time."""
        old: Filter = {**_ENDED, "finished_at": {"$lt": before}, "idempotency_key": {"$exists": True}}
        while await self._store.update(job_type.collection, old, {"$unset": {"idempotency_key": ""}}) is not None:
            pass

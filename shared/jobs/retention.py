"""Deletes the documents of jobs that ended long ago, and idempotency keys that no client repeats any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shared.contracts.jobs import JobType
from shared.jobs.repository import Clock, JobRepository
from shared.telemetry import get_logger

_LOG = get_logger("jobs")


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """`most`: ended jobs that stay. Only a disposable kind is deleted: a run and a render have files of their own."""

    age: timedelta = timedelta(days=90)
    most: int = 10_000
    key_age: timedelta = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class JobRetention:
    job_type: JobType
    repository: JobRepository
    policy: RetentionPolicy
    now: Clock

    async def prune(self) -> int:
        """Returns the number of deleted jobs. Raises `Unavailable`."""
        now = self.now()
        await self.repository.expire_keys(self.job_type, now - self.policy.key_age)
        if not self.job_type.disposable:
            return 0
        count = await self.repository.delete_ended(self.job_type, now - self.policy.age)
        oldest = await self.repository.end_of_newest(self.job_type, self.policy.most)
        if oldest is not None:
            count += await self.repository.delete_ended(self.job_type, oldest)
        if count:
            _LOG.info("jobs_pruned", kind=self.job_type.kind, count=count)
        return count

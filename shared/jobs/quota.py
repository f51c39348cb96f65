"""The limit of jobs of one owner that have not ended."""

from __future__ import annotations

from shared.contracts.errors import RateLimited
from shared.contracts.jobs import JobType
from shared.contracts.states import JobKind
from shared.jobs.repository import JobRepository

_RETRY_S = 60.0


class JobQuota:
    """Counts in the store only after the last known remainder is used up: ended jobs can only increase it.

    Several gateways may together exceed the limit once by the remainder of each, concurrent requests by their number.
    """

    def __init__(self, repository: JobRepository, per_owner: int) -> None:
        self._repository = repository
        self._per_owner = per_owner
        self._left: dict[tuple[JobKind, str], int] = {}

    async def take(self, job_type: JobType, owner: str, key: str | None) -> None:
        """Raises `RateLimited` at the limit, except for a repeated idempotency key."""
        if not self._per_owner:
            return
        place = (job_type.kind, owner)
        if self._left.get(place, 0) < 1:
            active = await self._repository.count_active(job_type, owner)
            self._left[place] = self._per_owner - active
        if self._left[place] >= 1:
            self._left[place] -= 1
        elif await self._repository.by_key(job_type, owner, key) is None:
            raise RateLimited(
                f"You have {self._per_owner:,} {job_type.kind} jobs that have not ended.",
                retry_after=_RETRY_S,
                hint="Wait for some to end, or cancel them. The limit is SOKHAN_JOBS_PER_OWNER.",
            )

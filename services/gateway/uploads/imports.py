"""The imports that have not ended: their bytes lie in `uploads/<id>`."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.kinds import SCAN
from shared.jobs import JobRepository


@dataclass(frozen=True, slots=True)
class ActiveImports:
    """Every method raises `Unavailable` while the store does not answer."""

    jobs: JobRepository

    async def have(self, upload: str) -> bool:
        """Whether one of them has this upload."""
        return bool(await self.jobs.active(SCAN, {"spec.task.upload": upload}, limit=1))

"""The imports that have not ended: their bytes lie in `uploads/<id>`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.kinds import SCAN
from shared.contracts.kinds.scan import ImportDataset
from shared.contracts.owners import SOLE_OWNERS
from shared.files import DataTree
from shared.jobs import JobRepository


@dataclass(frozen=True, slots=True)
class ActiveImports:
    """Every method raises `Unavailable` while the store does not answer."""

    jobs: JobRepository
    tree: DataTree

    async def have(self, upload: str) -> bool:
        """Whether one of them has this upload."""
        return bool(await self.jobs.active(SCAN, {"spec.task.upload": upload}, limit=1))

    async def size(self, owner: str) -> int:
        """The bytes of this owner's uploads that they have; without accounts of all uploads."""
        mine = {} if owner in SOLE_OWNERS else {"owner": owner}
        jobs = await self.jobs.all_active(SCAN, {"spec.task.action": "import", **mine})
        uploads = [self.tree.uploads / job.spec.task.upload for job in jobs if isinstance(job.spec.task, ImportDataset)]
        return await asyncio.to_thread(_size, uploads)


def _size(paths: Iterable[Path]) -> int:
    total = 0
    for path in paths:
        with suppress(FileNotFoundError):  # its import has just ended
            total += path.stat().st_size
    return total

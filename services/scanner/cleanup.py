"""Removes files of killed processes in `uploads/` and `tmp/`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shared.contracts.errors import Unavailable
from shared.contracts.kinds import SCAN
from shared.contracts.kinds.scan import ImportDataset
from shared.files import DataTree, remove_tree
from shared.jobs import JobRepository
from shared.telemetry import get_logger

_LOG = get_logger("scanner")
# Unpacking takes less than a day; an upload without a job is orphaned.
STALE_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class ScannerCleanup:
    tree: DataTree
    jobs: JobRepository
    now: Callable[[], datetime]

    async def clean_up(self) -> None:
        """Remove stale files. An error is logged; the next call retries."""
        try:
            waiting = await self._waiting_uploads()
            await asyncio.to_thread(clean_up, self.tree, self.now().timestamp(), waiting)
        except (Unavailable, OSError) as error:
            _LOG.warning("cleanup_failed", reason=str(error))

    async def _waiting_uploads(self) -> set[str]:
        """The uploads of unfinished imports."""
        imports = await self.jobs.all_active(SCAN, {"spec.task.action": "import"})
        return {job.spec.task.upload for job in imports if isinstance(job.spec.task, ImportDataset)}


def clean_up(tree: DataTree, now: float, keep: Collection[str]) -> int:
    """Remove files and folders unchanged for a day, except uploads in `keep` and open ones. Returns their number.

    `now` in seconds since the epoch. Blocking.
    """
    # The gateway cleans up its resumable uploads itself: they may wait for days.
    paths = [
        *(p for p in tree.uploads.iterdir() if p.name not in keep and p != tree.resumable and not _is_open(tree, p)),
        *tree.tmp.iterdir(),
    ]
    stale = [path for path in paths if _untouched(path, now)]
    for path in stale:
        if path.is_dir() and not path.is_symlink():
            remove_tree(path)
        else:
            path.unlink(missing_ok=True)
    if stale:
        _LOG.info("cleanup_finished", count=len(stale))
    return len(stale)


def _is_open(tree: DataTree, path: Path) -> bool:
    """Whether the gateway has a record of this upload: its import was interrupted before a job had it."""
    return (tree.resumable / f"{path.name}.json").exists()


def _untouched(path: Path, now: float) -> bool:
    try:
        return now - path.lstat().st_mtime > STALE_S
    except FileNotFoundError:
        return False

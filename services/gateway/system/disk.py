"""The disk of the data folder, and what Sokhan has on it by kind."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from shared.assets import AssetRepository
from shared.contracts.errors import Unavailable
from shared.contracts.system import DiskStatus, DiskUse
from shared.files import DataTree

# A cache of speech has tens of thousands of files; walking them takes a second on a slow disk.
_FRESH_S = 60.0


class DiskUsage:
    """Counted at most once a minute, by one request at a time."""

    def __init__(self, tree: DataTree, assets: AssetRepository, clock: Callable[[], float]) -> None:
        self._tree = tree
        self._assets = assets
        self._clock = clock
        self._used: DiskUse | None = None
        self._counted_at = 0.0
        self._counting = asyncio.Lock()

    async def status(self) -> DiskStatus:
        async with self._counting:
            if self._used is None or self._clock() - self._counted_at > _FRESH_S:
                try:
                    self._used = await self._count()
                    self._counted_at = self._clock()
                except Unavailable:  # without the store the last count stays, with its age
                    pass
        disk = await asyncio.to_thread(shutil.disk_usage, self._tree.root)
        age = None if self._used is None else round(self._clock() - self._counted_at, 1)
        return DiskStatus(total=disk.total, free=disk.free, used=self._used, age=age)

    async def _count(self) -> DiskUse:
        """Assets by what the scanner has recorded; the rest from the disk."""
        sizes: Counter[str] = Counter()
        for asset in await self._assets.all():
            sizes[asset.kind] += asset.size
        tree = self._tree
        audio, uploads, temporary = await asyncio.to_thread(
            lambda: tuple(map(folder_bytes, (tree.audio, tree.uploads, tree.tmp)))
        )
        return DiskUse(
            models=sizes["model"],
            datasets=sizes["dataset"],
            checkpoints=sizes["checkpoint"],
            audio=audio,
            uploads=uploads,
            temporary=temporary,
        )


def folder_bytes(folder: Path) -> int:
    """The bytes of the files below a folder; links are not followed. Blocking."""
    total, waiting = 0, [str(folder)]
    while waiting:
        try:
            with os.scandir(waiting.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    elif entry.is_file(follow_symlinks=False):
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:  # removed while it was read, or not readable
            continue
    return total

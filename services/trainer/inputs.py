"""The folders that a run reads, and the record of access of the checkpoints that it writes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from shared.assets import AssetRepository
from shared.contracts.access import may_see
from shared.contracts.errors import NotFound, Unavailable
from shared.contracts.holding import owned_by
from shared.contracts.owners import SOLE_OWNERS
from shared.files import DataTree, read_access
from shared.files.access import write_new_access
from shared.jobs import Fail, Retry
from shared.objects import UnitAccess

_PATIENCE_S = 600.0
"""For an asset that was installed a moment ago: gigabytes on their way to the bucket."""


@dataclass(frozen=True, slots=True)
class RunInputs:
    tree: DataTree
    assets: AssetRepository
    units: UnitAccess

    async def folder(self, kind: Literal["model", "dataset"], asset_id: str, owner: str) -> Path:
        """The folder of an input of this owner's run.

        Raises `Fail` with `NotFound` if it is gone, or the owner may not see it: it may have been shared when the run
        was accepted, and not any more. Raises `Retry` while it is not published for this machine.
        """
        folder = self.tree.folder(kind, asset_id)
        await self._ensure(folder, kind, asset_id)
        there = await asyncio.to_thread(folder.is_dir)
        if not there or not await self._is_visible(folder, kind, asset_id, owner):
            raise Fail(NotFound(f"The {kind} {asset_id} is gone.", hint="Restore it, or start another run."))
        return folder

    async def _ensure(self, folder: Path, kind: Literal["model", "dataset"], asset_id: str) -> None:
        try:
            await self.units.ensure(self.tree.relative(folder), patience_s=_PATIENCE_S)
        except NotFound as error:
            if await self.assets.find(kind, asset_id) is not None:
                late = Unavailable(f"The {kind} {asset_id} is still being published.", hint="It is tried again.")
                raise Retry(late) from error

    async def _is_visible(self, folder: Path, kind: Literal["model", "dataset"], asset_id: str, owner: str) -> bool:
        if owner in SOLE_OWNERS:
            return True
        recorded = await asyncio.to_thread(read_access, folder)
        if recorded is not None:  # newer than the document, if the scanner is late
            return may_see(owner, recorded)
        asset = await self.assets.find(kind, asset_id)
        return asset is not None and may_see(owner, asset.access)


def own_checkpoints(folder: Path, owner: str) -> None:
    """Make the folder of a run's checkpoints, which belong to the run's owner. Blocking. Raises `OSError`.

    A resumed run keeps the record: its checkpoints may have been given to somebody else.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if read_access(folder) is None:
        write_new_access(folder, owned_by(owner))

"""Plans a download from the Hub's listing and the disk, without starting it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.gateway.assets.service import AssetsService
from services.gateway.downloads.schemas import DiskView, PlannedFileView, PlanView
from services.gateway.hub import HubAccess
from shared.contracts.access import may_see
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.owners import SOLE_OWNERS
from shared.files import DataTree, read_access
from shared.hub import HubClient, Listing, Repo
from shared.hub.plan import make_plan

# The downloader keeps the same reserve for manifests, the store and logs.
_SPARE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class DownloadPlanner:
    """A plan counts the bytes of a folder that the owner may see; others may have downloaded the repository too."""

    hub: HubAccess
    tree: DataTree
    assets: AssetsService
    free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free

    async def plan(self, spec: DownloadSpec, owner: str, *, allowed: bool) -> PlanView:
        """Raises `RepoNotFound`, `GatedRepo`, `HubUnreachable`."""
        repo = Repo(spec.repo_id, spec.repo_type, spec.repo_revision)

        async def look(hub: HubClient) -> Listing:
            return await hub.list_files(repo, await hub.pin(repo))

        everything = await (await self.hub.hubs(owner)).try_each(look)
        listing = await asyncio.to_thread(everything.choose, spec.include, spec.exclude)
        folder = self.tree.folder(spec.repo_type, spec.target_asset_id)
        visible = await self._is_visible(spec, folder, owner)
        plan = await asyncio.to_thread(make_plan, listing, folder if visible else None)
        free = await asyncio.to_thread(self.free_bytes, self.tree.root)
        return PlanView(
            repo_id=spec.repo_id,
            repo_type=spec.repo_type,
            asset_id=spec.target_asset_id,
            revision=spec.repo_revision,
            commit=plan.commit,
            allowed=allowed,
            files=tuple(PlannedFileView(path=file.path, size=file.size, here=file.here) for file in plan.files),
            bytes_total=plan.bytes_total,
            bytes_here=plan.bytes_here,
            bytes_to_fetch=plan.bytes_to_fetch,
            disk=_disk(free, plan.bytes_to_fetch),
        )

    async def _is_visible(self, spec: DownloadSpec, folder: Path, owner: str) -> bool:
        if owner in SOLE_OWNERS:  # also of a folder that the scanner has not seen yet
            return True
        recorded = await asyncio.to_thread(read_access, folder)
        if recorded is not None:
            return may_see(owner, recorded)
        return await self.assets.with_id(spec.repo_type, spec.target_asset_id, owner) is not None


def _disk(free: int, needed: int) -> DiskView:
    after = free - needed
    return DiskView(free=free, free_after=after, enough=needed == 0 or after >= _SPARE_BYTES)

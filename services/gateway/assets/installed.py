"""Installed assets: listed with their catalog entries, verified by the scanner, removed from disk."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from services.gateway.assets.ownership import require_change
from services.gateway.assets.schemas import Installed, InstalledKind, Removed, installed_view
from services.gateway.assets.service import AssetsService
from services.gateway.assets.usage import AssetUsage
from services.gateway.auth import CallerIdentity
from shared.assets import AssetRefresh
from shared.catalog import CatalogRepository
from shared.catalog.allowlist import listed
from shared.contracts.access import AssetAccess
from shared.contracts.assets import Asset
from shared.contracts.catalog import CatalogEntry
from shared.contracts.errors import Conflict, Internal, NotFound
from shared.contracts.holding import released_by
from shared.contracts.kinds import SCAN
from shared.contracts.kinds.scan import ScanJob, ScanSpec, VerifyAsset
from shared.contracts.states import JobState
from shared.files import DataTree, change_access, remove_tree, try_lock
from shared.jobs import JobService

# Long enough to hash a few hundred MB; after it the client gets the job.
_WAIT_S = 10.0


class FilesGone(NotFound):
    """An asset is listed, and its files are not on disk."""


@dataclass(frozen=True, slots=True)
class InstalledService:
    assets: AssetsService
    catalog: CatalogRepository
    jobs: JobService
    usage: AssetUsage
    tree: DataTree
    refresh: AssetRefresh

    async def list(self, viewer: str) -> Installed:
        entries = await self.catalog.list()
        found = [asset for asset in await self.assets.all(viewer) if asset.kind != "checkpoint"]
        views = [(asset.kind, installed_view(asset, viewer, _entry_of(asset, entries))) for asset in found]
        return Installed(
            models=tuple(view for kind, view in views if kind == "model"),
            datasets=tuple(view for kind, view in views if kind == "dataset"),
            all=tuple(view for _, view in views),
        )

    async def verify(self, asset_id: str, kind: InstalledKind | None, owner: str) -> ScanJob:
        """The verification's job, ended or running. Raises `NotFound`, and the error of a failed verification."""
        asset = await self.assets.one_of(kind, asset_id, owner)
        assert asset.kind != "checkpoint", "only models and datasets are looked for"
        spec = ScanSpec(task=VerifyAsset(asset_kind=asset.kind, asset_id=asset.id))
        job = await self.jobs.wait(await self.jobs.submit(SCAN, spec, owner), _WAIT_S)
        if job.state is JobState.FAILED:
            raise job.error.error() if job.error else Internal("The verification failed without saying why.")
        return job

    async def verification(self, job_id: str, owner: str) -> ScanJob:
        job = await self.jobs.repository.owned(SCAN, job_id, owner)
        if not isinstance(job.spec.task, VerifyAsset):
            raise NotFound(f"There is no verification with the id {job_id}.")
        return job

    async def remove(self, asset_id: str, kind: InstalledKind | None, caller: CallerIdentity) -> Removed:
        """Take an asset from its owner or holder, and let the scanner see it. Raises what `release` raises."""
        try:
            removed = await self.release(asset_id, kind, caller)
        except FilesGone:
            await self.refresh()  # the list is wrong
            raise
        await self.refresh()
        return removed

    async def release(self, asset_id: str, kind: InstalledKind | None, caller: CallerIdentity) -> Removed:
        """Take an asset from its owner or holder. The files go when nobody else has it.

        Raises `NotFound`, `Forbidden` for an asset of others, `Conflict` while it is in use, `Validation` for an
        ambiguous id.
        """
        # Not by another name: a repeated request would find what else the name may mean, and remove that, too.
        asset = await self.assets.one_of(kind, asset_id, caller.owner, by_id=True)
        require_change(asset, caller, "remove it")
        stays = released_by(asset.access, caller.owner) is not None
        if users := await self.usage.users(asset, caller.owner, only_own=stays):
            raise Conflict(
                f"{asset.id} is in use by {users[0]}.", hint="Cancel it or let it end, then remove the files."
            )
        freed = await asyncio.to_thread(self._release, asset, caller.owner)
        return Removed(id=asset.id, kind=asset.kind, freed=freed)

    def _release(self, asset: Asset, owner: str) -> int:
        """Take this owner off the record, or remove the files of the last one. Returns the freed bytes.

        A folder moves out of the tree in one step, so that no reader sees half of it, under its lock, which a download
        holds until it has added its holder. Then its files are deleted.
        """
        folder = self.tree.folder(asset.kind, asset.id)
        if not _within(folder.parent, self.tree.root):
            raise Conflict(f"{asset.id} is outside the data folder.", hint="Remove it by hand.")
        with try_lock(folder, self.tree.locks) as mine:
            if not mine:  # a worker took it after we looked who uses it
                raise Conflict(f"{asset.id} is being written just now.", hint="Try again in a moment.")
            trash = self.tree.tmp / f"removed-{uuid.uuid4().hex}"
            try:
                if self._is_left_to_others(asset, folder, owner):
                    return 0
                folder.rename(trash)
            except FileNotFoundError as error:
                raise FilesGone(f"The files of {asset.id} were gone already.") from error
        if trash.is_symlink():
            trash.unlink()  # the link was ours, what it leads to is not
        else:
            remove_tree(trash)
        with suppress(OSError):
            folder.parent.rmdir()  # the namespace, where this was the last of it
        return asset.size

    def _is_left_to_others(self, asset: Asset, folder: Path, owner: str) -> bool:
        """Whether others still have the asset after this owner was taken off its record."""
        left: AssetAccess | None = None

        def release(recorded: AssetAccess | None) -> AssetAccess | None:
            nonlocal left
            left = released_by(recorded or asset.access, owner)
            return left or recorded

        change_access(folder, self.tree.locks, release)
        return left is not None


def _within(folder: Path, root: Path) -> bool:
    return folder.resolve().is_relative_to(root.resolve())


def _entry_of(asset: Asset, entries: list[CatalogEntry]) -> CatalogEntry | None:
    if asset.kind == "checkpoint":
        return None
    return listed(asset.id, asset.kind, entries) or (
        listed(asset.repo_id, asset.kind, entries) if asset.repo_id else None
    )

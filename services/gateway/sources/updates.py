"""Which installed repositories have a newer revision on the Hub."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.assets.service import AssetsService
from services.gateway.hub import HubAccess
from services.gateway.sources.schemas import UpdateView
from shared.catalog import CatalogRepository
from shared.catalog.allowlist import listed
from shared.contracts.assets import Asset
from shared.contracts.catalog import CatalogEntry
from shared.contracts.errors import SokhanError
from shared.contracts.names import is_commit
from shared.files import DataTree, Manifest, read_manifest
from shared.hub import HubClient, Hubs, Repo

# The Hub allows 1,000 anonymous requests in five minutes; a page of installed repositories needs far fewer.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class UpdatesService:
    assets: AssetsService
    catalog: CatalogRepository
    hub: HubAccess
    tree: DataTree

    async def look(self, owner: str) -> list[UpdateView]:
        """One item per asset from the Hub. An error for one asset does not affect the others."""
        assets = [asset for asset in await self.assets.all(owner) if _from_hub(asset)]
        entries = await self.catalog.list()
        hubs = await self.hub.hubs(owner)
        turns = asyncio.Semaphore(_AT_ONCE)

        async def one(asset: Asset) -> UpdateView:
            async with turns:
                return await self._compare(asset, entries, hubs)

        return list(await asyncio.gather(*(one(asset) for asset in assets)))

    async def _compare(self, asset: Asset, entries: Sequence[CatalogEntry], hubs: Hubs) -> UpdateView:
        manifest = await asyncio.to_thread(read_manifest, self.tree.root / asset.path)
        view = UpdateView(id=asset.id, kind=asset.kind)
        if manifest is None or manifest.repo_id is None or manifest.commit is None:
            return view.model_copy(update={"error": "Its manifest does not say which commit is installed."})
        repo = followed(manifest, entries)
        view = UpdateView(
            id=asset.id,
            kind=asset.kind,
            repo_id=repo.id,
            revision=repo.revision,
            installed_commit=manifest.commit,
            latest_commit=repo.revision if is_commit(repo.revision) else None,
        )
        if view.latest_commit is None:
            try:
                latest = await hubs.try_each(lambda hub: _newest(hub, repo))
            except SokhanError as error:
                return view.model_copy(update={"error": error.message})
            view = view.model_copy(update={"latest_commit": latest})
        return view.model_copy(update={"update_available": view.latest_commit != manifest.commit})


def followed(manifest: Manifest, entries: Sequence[CatalogEntry]) -> Repo:
    """The branch of an installed asset: that of its catalog entry, if it was installed by commit."""
    assert manifest.repo_id is not None, "checked by the caller"
    revision = manifest.repo_revision or "main"
    if is_commit(revision):
        entry = listed(manifest.id, manifest.kind, entries)
        revision = entry.revision if entry is not None else revision
    return Repo(manifest.repo_id, manifest.kind, revision)


def _from_hub(asset: Asset) -> bool:
    return asset.source == "HuggingFace" and asset.kind != "checkpoint"


async def _newest(hub: HubClient, repo: Repo) -> str:
    return await hub.pin(repo)

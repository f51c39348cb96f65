"""The gateway's services of assets over the store, the bus and the data folder of other services."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.gateway.assets.installed import InstalledService
from services.gateway.assets.listing import AssetListing
from services.gateway.assets.service import AssetsService
from services.gateway.assets.sharing import SharingService
from services.gateway.assets.usage import AssetUsage
from services.gateway.assets.uses import AssetUses
from services.gateway.auth import CallerIdentity
from services.gateway.training.checkpoints import CheckpointsService
from shared.assets import AssetRefresh, AssetRepository
from shared.catalog import CatalogRepository
from shared.contracts.access import Role
from shared.contracts.assets import AssetKind
from shared.contracts.rpc import Voice
from shared.files import DataTree
from shared.runs import RunRepository
from shared.service.runtime import utc_now
from tests.support.jobs import Client


def member(owner: str) -> CallerIdentity:
    return CallerIdentity(owner, role=Role.MEMBER)


@dataclass(frozen=True)
class AssetServices:
    assets: AssetsService
    installed: InstalledService
    sharing: SharingService
    refresh: AssetRefresh
    listing: AssetListing

    async def ids(self, viewer: str, kind: AssetKind = "model") -> set[str]:
        """The ids that this viewer sees: the same in every list."""
        listed = {asset.id for asset in await self.assets.all(viewer, kind)}
        listing = await self.listing(member(viewer))
        assert {asset.id for asset in listing.assets if asset.kind == kind} == listed
        assert listing.totals.count == len(listing.assets)
        installed = await self.installed.list(viewer)
        views = installed.models if kind == "model" else installed.datasets
        assert {view.id for view in views} == listed
        return listed


def asset_services(client: Client, data: Path) -> AssetServices:
    async def no_voices() -> tuple[Voice, ...]:
        return ()

    tree, refresh = DataTree(data.absolute()), AssetRefresh(client.bus)
    assets = AssetsService(AssetRepository(client.store))
    usage = AssetUsage(client.repository, no_voices)
    entries = CatalogRepository(client.store, utc_now)
    installed = InstalledService(assets, entries, client.jobs, usage, tree, refresh)
    checkpoints = CheckpointsService(client.repository, RunRepository(client.store), tree)
    uses = AssetUses(client.repository, no_voices, checkpoints.deployed)
    listing = AssetListing(assets, uses, client.repository, utc_now)
    return AssetServices(assets, installed, SharingService(assets, tree, refresh), refresh, listing)

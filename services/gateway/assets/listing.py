"""`GET /api/assets`: every visible asset with its uses, and the totals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.gateway.assets.schemas import AssetList, AssetTotals, AssetUse, ListedAsset, asset_view
from services.gateway.assets.service import AssetsService
from services.gateway.assets.uses import AssetUses
from services.gateway.auth import CallerIdentity
from shared.contracts.access import may_change
from shared.contracts.assets import Asset
from shared.contracts.holding import released_by
from shared.contracts.kinds import DOWNLOAD
from shared.jobs import JobRepository


@dataclass(frozen=True, slots=True)
class AssetListing:
    assets: AssetsService
    uses: AssetUses
    jobs: JobRepository
    now: Callable[[], datetime]

    async def __call__(self, caller: CallerIdentity) -> AssetList:
        viewer = caller.owner
        found = await self.assets.all(viewer)
        uses = await self.uses.now(found, viewer)
        last = await self.uses.last(found, viewer)
        listed = [
            ListedAsset(
                **asset_view(asset, viewer).model_dump(),
                in_use_by=uses.get(asset.key),
                last_used_at=last.get(asset.key),
                removable=_removable(asset, uses.get(asset.key), caller),
            )
            for asset in found
        ]
        month = self.now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        downloads = await self.jobs.completed_since(DOWNLOAD, viewer, month)
        return AssetList(assets=tuple(listed), totals=_totals(listed, downloads))


def _removable(asset: Asset, uses: Sequence[AssetUse] | None, caller: CallerIdentity) -> bool:
    """Whether `DELETE /api/sources/installed/{id}` by this caller would free the bytes of the asset."""
    if asset.kind == "checkpoint" or uses:
        return False
    mine = may_change(caller.owner, asset.access) or (asset.access.of_installation and caller.is_admin)
    return mine and released_by(asset.access, caller.owner) is None


def _totals(listed: Sequence[ListedAsset], downloads: int) -> AssetTotals:
    return AssetTotals(
        count=len(listed),
        ready=sum(asset.status == "ready" for asset in listed),
        bytes=sum(asset.size for asset in listed),
        downloads_this_month=downloads,
        removable=sum(asset.removable for asset in listed),
        removable_bytes=sum(asset.size for asset in listed if asset.removable),
    )

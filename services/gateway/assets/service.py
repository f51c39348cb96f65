"""Installed assets and their totals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.gateway.assets.schemas import AssetList, AssetTotals, asset_view
from shared.assets import AssetRepository
from shared.contracts.assets import Asset, AssetKind
from shared.contracts.errors import NotFound
from shared.contracts.hints import Action, Hint
from shared.contracts.kinds import DOWNLOAD
from shared.jobs import JobRepository


class AssetsService:
    def __init__(self, assets: AssetRepository, jobs: JobRepository, now: Callable[[], datetime]) -> None:
        self._assets = assets
        self._jobs = jobs
        self._now = now

    async def all(self, kind: AssetKind | None = None) -> list[Asset]:
        return await self._assets.all(kind)

    async def get(self, kind: AssetKind, asset_id: str) -> Asset:
        """Raises `NotFound`."""
        asset = await self.find(kind, asset_id)
        if asset is None:
            raise NotFound(f"There is no {kind} {asset_id} here.", hint=Hint(Action.LIST_INSTALLED))
        return asset

    async def find(self, kind: AssetKind, asset_id: str) -> Asset | None:
        return await self._assets.find(kind, asset_id)

    async def listing(self, owner: str) -> AssetList:
        assets = await self.all()
        month = self._now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        downloads = await self._jobs.completed_since(DOWNLOAD, owner, month)
        totals = AssetTotals(
            count=len(assets),
            ready=sum(asset.status == "ready" for asset in assets),
            bytes=sum(asset.size for asset in assets),
            downloads_this_month=downloads,
        )
        return AssetList(assets=tuple(asset_view(asset) for asset in assets), totals=totals)

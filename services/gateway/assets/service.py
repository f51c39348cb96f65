"""Reads the assets collection, which the scanner keeps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from services.gateway.assets.schemas import AssetList, AssetTotals, asset_view
from shared.contracts.assets import Asset, AssetKind, asset_from
from shared.contracts.errors import NotFound
from shared.contracts.states import JobState
from shared.store import Filter, Store

_PAGE = 500


class AssetsService:
    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def all(self, where: Filter | None = None) -> list[Asset]:
        assets: list[Asset] = []
        cursor: str | None = None
        while True:
            page = await self._store.find("assets", where, sort=[("kind", 1), ("name", 1)], limit=_PAGE, cursor=cursor)
            assets.extend(asset_from(item) for item in page.items)
            if page.next is None:
                return assets
            cursor = page.next

    async def get(self, kind: AssetKind, asset_id: str) -> Asset:
        """Raises `NotFound`."""
        asset = await self.find(kind, asset_id)
        if asset is None:
            raise NotFound(f"There is no {kind} {asset_id} here.", hint="GET /api/assets lists what there is.")
        return asset

    async def find(self, kind: AssetKind, asset_id: str) -> Asset | None:
        document = await self._store.get("assets", f"{kind}:{asset_id}")
        return asset_from(document) if document else None

    async def listing(self, owner: str) -> AssetList:
        assets = await self.all()
        month = self._now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        downloads = await self._store.count(
            "downloads", {"owner": owner, "state": JobState.COMPLETED.value, "finished_at": {"$gte": month}}
        )
        totals = AssetTotals(
            count=len(assets),
            ready=sum(asset.status == "ready" for asset in assets),
            bytes=sum(asset.size for asset in assets),
            downloads_this_month=downloads,
        )
        return AssetList(assets=tuple(asset_view(asset) for asset in assets), totals=totals)

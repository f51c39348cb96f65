"""Reads and writes the collection `assets`. Only the scanner writes it; the key is `kind:id`."""

from __future__ import annotations

from shared.contracts.assets import Asset, AssetKind, asset_from
from shared.store import Store, Value
from shared.store.paging import find_all

_COLLECTION = "assets"
_PAGE = 500


class AssetRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def all(self, kind: AssetKind | None = None) -> list[Asset]:
        """All assets, sorted by kind and name."""
        return await self._find({} if kind is None else {"kind": kind})

    async def voices(self) -> list[Asset]:
        """The usable voices, sorted by name."""
        return await self._find({"kind": "model", "status": "ready", "details.speaks": True})

    async def whole(self) -> set[str]:
        """The paths of all usable assets, relative to the data tree."""
        return {asset.path for asset in await self._find({"status": "ready"})}

    async def recognisers(self) -> list[Asset]:
        """The usable speech recognisers, sorted by name."""
        return await self._find({"kind": "model", "status": "ready", "details.transcribes": True})

    async def find(self, kind: AssetKind, asset_id: str) -> Asset | None:
        document = await self._store.get(_COLLECTION, f"{kind}:{asset_id}")
        return asset_from(document) if document else None

    async def save(self, asset: Asset) -> Asset:
        """The asset with its new revision."""
        values = asset.model_dump(exclude={"id", "revision"})
        document = await self._store.upsert(
            _COLLECTION, asset.key, {"$set": {**values, "asset_id": asset.id}, "$inc": {"revision": 1}}
        )
        return asset.model_copy(update={"revision": document["revision"]})

    async def delete(self, asset: Asset) -> None:
        await self._store.delete(_COLLECTION, {"id": asset.key})

    async def _find(self, where: dict[str, Value]) -> list[Asset]:
        by_name = [("kind", 1), ("name", 1)]
        return [asset_from(item) for item in await find_all(self._store, _COLLECTION, where, sort=by_name, page=_PAGE)]

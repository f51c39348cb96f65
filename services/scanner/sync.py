"""Makes the assets collection equal to the disk, and tells of what changed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.scanner.walk import walk
from shared.bus import Bus
from shared.contracts import subjects
from shared.contracts.assets import Asset, asset_from
from shared.contracts.events import Event, topic
from shared.files import DataTree
from shared.store import Store

_PAGE = 500
Change = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Changes:
    added: int = 0
    changed: int = 0
    removed: int = 0


class AssetSync:
    """One walk at a time: a second caller waits and looks anew, so what it is told is never older than its call."""

    def __init__(self, tree: DataTree, store: Store, bus: Bus, now: Callable[[], datetime]) -> None:
        self._tree = tree
        self._store = store
        self._bus = bus
        self._now = now
        self._walking = asyncio.Lock()

    async def run(self) -> Changes:
        async with self._walking:
            found = {asset.key: asset for asset in await asyncio.to_thread(walk, self._tree)}
            known = await self._known()
            added = [asset for key, asset in found.items() if key not in known]
            changed = [a for key, a in found.items() if key in known and known[key].fingerprint != a.fingerprint]
            removed = [asset for key, asset in known.items() if key not in found]
            for asset in removed:
                await self._store.delete("assets", {"id": asset.key})
                await self._tell(asset.model_copy(update={"revision": asset.revision + 1}), "removed")
            for asset in added:
                await self._tell(await self._write(asset), "added")
            for asset in changed:
                await self._tell(await self._write(asset), "changed")
            return Changes(len(added), len(changed), len(removed))

    async def _known(self) -> dict[str, Asset]:
        known: dict[str, Asset] = {}
        cursor: str | None = None
        while True:
            page = await self._store.find("assets", limit=_PAGE, cursor=cursor)
            for item in page.items:
                asset = asset_from(item)
                known[asset.key] = asset
            if page.next is None:
                return known
            cursor = page.next

    async def _write(self, asset: Asset) -> Asset:
        values = asset.model_dump(exclude={"id", "revision"})
        document = await self._store.upsert(
            "assets", asset.key, {"$set": {**values, "asset_id": asset.id}, "$inc": {"revision": 1}}
        )
        return asset.model_copy(update={"revision": document["revision"]})

    async def _tell(self, asset: Asset, change: Change) -> None:
        # An asset's name may hold anything; a subject's token may not.
        token = hashlib.sha256(asset.key.encode()).hexdigest()[:24]
        event = Event(
            id=f"{token}:{asset.revision}:{change}",
            topic=topic("asset", asset.key),
            kind="asset",
            revision=asset.revision,
            type="asset",
            time=self._now(),
            data={**asset.model_dump(mode="json", by_alias=True, exclude={"fingerprint"}), "change": change},
        )
        await self._bus.publish_event(subjects.event("asset", token), event)

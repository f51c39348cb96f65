"""Makes the assets collection equal to the disk, and tells of what changed."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from services.scanner.walk import walk
from shared.bus import Bus
from shared.contracts import subjects
from shared.contracts.assets import Asset, asset_from
from shared.contracts.events import Event, topic
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.states import ACTIVE
from shared.files import DataTree
from shared.jobs import from_document
from shared.store import Document, Filter, Store

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

    async def run(self, only: Collection[Path] | None = None) -> Changes:
        """`only`: the folders that something happened in, where that is known. Raises `Unavailable`."""
        async with self._walking:
            known = {asset.key: asset async for asset in self._known()}
            download_running = {key async for key in self._assets_in_download()}
            walked = await asyncio.to_thread(walk, self._tree, known, download_running=download_running, only=only)
            found = {asset.key: asset for asset in walked}
            added = [asset for key, asset in found.items() if key not in known]
            changed = [a for key, a in found.items() if key in known and known[key].fingerprint != a.fingerprint]
            removed = [asset for key, asset in known.items() if key not in found]
            for asset in removed:
                await self._store.delete("assets", {"id": asset.key})
                await self._publish_change(asset.model_copy(update={"revision": asset.revision + 1}), "removed")
            for asset in added:
                await self._publish_change(await self._write(asset), "added")
            for asset in changed:
                await self._publish_change(await self._write(asset), "changed")
            return Changes(len(added), len(changed), len(removed))

    async def _known(self) -> AsyncIterator[Asset]:
        async for document in self._all("assets", None):
            yield asset_from(document)

    async def _assets_in_download(self) -> AsyncIterator[str]:
        """The keys of what is being downloaded: what lies there may look whole and is not."""
        where: Filter = {"state": {"$in": [state.value for state in ACTIVE]}}
        async for document in self._all(DOWNLOAD.collection, where):
            spec = from_document(DOWNLOAD, document).spec
            yield f"{spec.repo_type}:{spec.target_asset_id}"

    async def _all(self, collection: str, where: Filter | None) -> AsyncIterator[Document]:
        cursor: str | None = None
        while True:
            page = await self._store.find(collection, where, limit=_PAGE, cursor=cursor)
            for item in page.items:
                yield item
            if page.next is None:
                return
            cursor = page.next

    async def _write(self, asset: Asset) -> Asset:
        values = asset.model_dump(exclude={"id", "revision"})
        document = await self._store.upsert(
            "assets", asset.key, {"$set": {**values, "asset_id": asset.id}, "$inc": {"revision": 1}}
        )
        return asset.model_copy(update={"revision": document["revision"]})

    async def _publish_change(self, asset: Asset, change: Change) -> None:
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

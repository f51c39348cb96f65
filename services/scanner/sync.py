"""Synchronises the assets collection with the disk, and publishes the changes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from services.scanner.walk import walk
from shared.assets import AssetRepository
from shared.bus import Bus
from shared.contracts import subjects
from shared.contracts.assets import Asset
from shared.contracts.events import Event, topic
from shared.contracts.kinds import DOWNLOAD
from shared.files import DataTree
from shared.jobs import JobRepository

Change = Literal["added", "changed", "removed"]


@dataclass(frozen=True, slots=True)
class Changes:
    added: int = 0
    changed: int = 0
    removed: int = 0


class AssetSync:
    """One walk at a time. A second caller waits and walks again, so its result is never older than its call."""

    def __init__(
        self, tree: DataTree, assets: AssetRepository, jobs: JobRepository, bus: Bus, now: Callable[[], datetime]
    ) -> None:
        self._tree = tree
        self._assets = assets
        self._jobs = jobs
        self._bus = bus
        self._now = now
        self._walking = asyncio.Lock()

    async def run(self, only: Collection[Path] | None = None) -> Changes:
        """Walk the disk and store the changes. `only`: the changed folders, if known. Raises `Unavailable`."""
        async with self._walking:
            known = {asset.key: asset for asset in await self._assets.all()}
            download_running = await self._assets_in_download()
            walked = await asyncio.to_thread(walk, self._tree, known, download_running=download_running, only=only)
            found = {asset.key: asset for asset in walked}
            added = [asset for key, asset in found.items() if key not in known]
            changed = [a for key, a in found.items() if key in known and known[key].fingerprint != a.fingerprint]
            removed = [asset for key, asset in known.items() if key not in found]
            for asset in removed:
                await self._assets.delete(asset)
                await self._publish_change(asset.model_copy(update={"revision": asset.revision + 1}), "removed")
            for asset in added:
                await self._publish_change(await self._assets.save(asset), "added")
            for asset in changed:
                await self._publish_change(await self._assets.save(asset), "changed")
            return Changes(len(added), len(changed), len(removed))

    async def _assets_in_download(self) -> set[str]:
        """The keys of assets with an active download, whose folders may look complete."""
        downloads = await self._jobs.all_active(DOWNLOAD)
        return {f"{job.spec.repo_type}:{job.spec.target_asset_id}" for job in downloads}

    async def _publish_change(self, asset: Asset, change: Change) -> None:
        # An asset's name may contain characters that a subject's token may not.
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

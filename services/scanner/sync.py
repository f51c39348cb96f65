"""Synchronises the assets collection with the disk, and publishes the changes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.scanner.asset_events import SeenChange, audience_of, changes_seen, event_of
from services.scanner.walk import walk
from shared.assets import AssetRepository
from shared.bus import Bus
from shared.contracts import subjects
from shared.contracts.assets import Asset
from shared.contracts.kinds import DOWNLOAD
from shared.files import DataTree
from shared.jobs import JobRepository


@dataclass(frozen=True, slots=True)
class Changes:
    added: int = 0
    changed: int = 0
    removed: int = 0


class AssetSync:
    """One walk at a time. A second caller waits and walks again, so its result is never older than its call."""

    def __init__(
        self,
        tree: DataTree,
        assets: AssetRepository,
        jobs: JobRepository,
        bus: Bus,
        now: Callable[[], datetime],
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_change = on_change
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
            changed = [a for key, a in found.items() if key in known and _differs(known[key], a)]
            removed = [asset for key, asset in known.items() if key not in found]
            for asset in removed:
                await self._assets.delete(asset)
                gone = asset.model_copy(update={"revision": asset.revision + 1})
                await self._publish(gone, SeenChange("removed", audience_of(asset.access)))
            for asset in added:
                await self._publish(await self._assets.save(asset), SeenChange("added", audience_of(asset.access)))
            for asset in changed:
                await self._change(known[asset.key], asset)
            if added or changed or removed:
                self._on_change()
            return Changes(len(added), len(changed), len(removed))

    async def _assets_in_download(self) -> set[str]:
        """The keys of assets with an active download, whose folders may look complete."""
        downloads = await self._jobs.all_active(DOWNLOAD)
        return {f"{job.spec.repo_type}:{job.spec.target_asset_id}" for job in downloads}

    async def _change(self, before: Asset, asset: Asset) -> None:
        """Store the asset, and tell each account what the change is to it."""
        for seen in changes_seen(before.access, asset.access):
            # Each event needs a revision of its own: an account may receive more than one of them.
            saved = await self._assets.save(asset)
            # To those who lose it, the event describes the asset as they knew it.
            shown = before.model_copy(update={"revision": saved.revision}) if seen.change == "removed" else saved
            await self._publish(shown, seen)

    async def _publish(self, asset: Asset, seen: SeenChange) -> None:
        token, event = event_of(asset, seen, self._now())
        await self._bus.publish_event(subjects.event("asset", token), event)


def _differs(before: Asset, after: Asset) -> bool:
    return (before.fingerprint, before.access) != (after.fingerprint, after.access)

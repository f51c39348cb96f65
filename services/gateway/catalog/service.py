"""The catalog: entries with their install state and job, changes by an administrator, refreshes from the Hub."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.gateway.assets.service import AssetsService
from services.gateway.catalog.changes import edited, refreshed
from services.gateway.catalog.schemas import CatalogItem, EntryChangeRequest, NewEntryRequest
from services.gateway.downloads.service import DownloadsService
from services.gateway.fair_use import FairUse
from services.gateway.hub import HubAccess
from shared.catalog import CatalogRepository, read_seed
from shared.contracts.assets import Asset
from shared.contracts.catalog import CatalogEntry, CatalogKind
from shared.contracts.errors import Conflict, Unavailable
from shared.contracts.kinds.download import DownloadJob
from shared.contracts.names import RepoType
from shared.hub import HubClient, Listing, Repo
from shared.hub.api_models import Info
from shared.telemetry import get_logger

_LOG = get_logger("catalog")
_SEED_AGAIN_S = 1.0
# An Arabic keyboard types Arabic code points for Persian letters.
_LETTERS = str.maketrans("يكى", "یکی")


@dataclass(frozen=True, slots=True)
class CatalogFilter:
    """All given filters must match. `words` are searched in ids, names, descriptions and tags."""

    kind: CatalogKind | None = None
    words: str = ""
    tag: str | None = None
    language: str | None = None
    repo_type: RepoType | None = None

    def fits(self, entry: CatalogEntry) -> bool:
        return (
            self.kind in {None, entry.kind}
            and self.repo_type in {None, entry.repo_type}
            and (self.tag is None or self.tag in entry.tags)
            and (self.language is None or self.language in entry.language)
            and all(word in _text(entry) for word in _plain(self.words).split())
        )


class CatalogService:
    def __init__(
        self,
        catalog: CatalogRepository,
        assets: AssetsService,
        downloads: DownloadsService,
        hub: HubAccess,
        now: Callable[[], datetime],
        fair_use: FairUse,
    ) -> None:
        self._fair_use = fair_use
        self._catalog = catalog
        self._assets = assets
        self._downloads = downloads
        self._hub = hub
        self._now = now

    async def seed(self) -> None:
        """Insert the seed entries; retries until the store answers."""
        entries = await asyncio.to_thread(read_seed)
        while True:
            try:
                fresh = await self._catalog.seed(entries)
            except Unavailable as error:
                _LOG.warning("catalog_not_seeded", reason=error.message)
                await asyncio.sleep(_SEED_AGAIN_S)
                continue
            _LOG.info("catalog_seeded", entries=fresh)
            return

    async def list(self, owner: str, filter: CatalogFilter) -> list[CatalogItem]:
        entries = [entry for entry in await self._catalog.list() if filter.fits(entry)]
        assets = {asset.key: asset for asset in await self._assets.all(owner)}
        jobs = await self._downloads.active(owner)
        items = [await self._item(entry, assets.get(_key(entry)), jobs) for entry in entries]
        return [item.model_copy(update={"files": ()}) for item in items]

    async def show(self, entry_id: str, owner: str) -> CatalogItem:
        entry = await self._catalog.get(entry_id)
        asset = await self._assets.with_id(entry.repo_type, entry.id, owner)
        return await self._item(entry, asset, await self._downloads.active(owner))

    async def _item(self, entry: CatalogEntry, asset: Asset | None, jobs: Sequence[DownloadJob]) -> CatalogItem:
        job = next((job for job in jobs if _is_for(job, entry)), None)
        return CatalogItem(
            **dict(entry),
            file_count=len(entry.files),
            installed=asset is not None and asset.status == "ready",
            status=asset.status if asset else None,
            problem=asset.problem if asset else None,
            installed_commit=asset.commit if asset else None,
            job=await self._downloads.view(job) if job else None,
        )

    async def add(self, new: NewEntryRequest, owner: str) -> CatalogItem:
        """Add an entry. Raises `Conflict` if the id exists, or if the catalog is full."""
        most = self._fair_use.limits.catalog_entries
        if most and len(await self._catalog.list()) >= most:
            raise Conflict(f"The catalog has {most:,} entries, which is SOKHAN_CATALOG_ENTRIES.")
        entry = CatalogEntry(**{**dict(new), "id": new.id or new.repo_id}, unverified=("license", "size"))
        await self._catalog.add(entry)
        return await self.show(entry.id, owner)

    async def change(self, entry_id: str, change: EntryChangeRequest, owner: str) -> CatalogItem:
        """Change an entry. Raises `NotFound`, `Validation`, `Conflict` after a concurrent change."""
        before = await self._catalog.get(entry_id)
        await self._catalog.put(edited(before, change), before)
        return await self.show(entry_id, owner)

    async def delete(self, entry_id: str) -> None:
        """Remove the entry; installed files stay. Raises `NotFound`."""
        await self._catalog.delete(entry_id)

    async def refresh(self, entry_id: str, owner: str) -> CatalogItem:
        """Pin the newest commit of the entry's revision. Raises `RepoNotFound`, `GatedRepo`, `HubUnreachable`."""
        before = await self._catalog.get(entry_id)
        repo = Repo(before.repo_id, before.repo_type, before.revision)

        async def look(hub: HubClient) -> tuple[Info, Listing]:
            return await hub.look(repo)

        info, listing = await (await self._hub.hubs(owner)).try_each(look)
        after = await asyncio.to_thread(refreshed, before, info, listing, self._now())
        await self._catalog.put(after, before)
        return await self.show(entry_id, owner)


def _key(entry: CatalogEntry) -> str:
    return f"{entry.repo_type}:{entry.id}"


def _is_for(job: DownloadJob, entry: CatalogEntry) -> bool:
    return (job.spec.repo_type, job.spec.target_asset_id) == (entry.repo_type, entry.id)


def _text(entry: CatalogEntry) -> str:
    words = (entry.name.fa, entry.name.en, entry.description.fa, entry.description.en, *entry.tags)
    return _plain(" ".join((entry.id, entry.repo_id, *words)))


def _plain(text: str) -> str:
    return text.translate(_LETTERS).casefold()

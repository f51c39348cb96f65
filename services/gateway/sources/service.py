"""Live requests to the Hub: search, cards, tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from services.gateway.hub import HubAccess
from services.gateway.sources.schemas import HubCard, SearchHit, TokenCheck
from shared.catalog import CatalogRepository
from shared.catalog.allowlist import listed, offers_whole
from shared.contracts.catalog import CatalogEntry
from shared.contracts.names import RepoType
from shared.hub import Card, HubClient, Repo, RepoHit

SearchOrder = Literal["downloads", "likes", "trending", "updated"]
_HUB_ORDER = {"downloads": "downloads", "likes": "likes", "trending": "trendingScore", "updated": "lastModified"}


class SourcesService:
    def __init__(self, hub: HubAccess, catalog: CatalogRepository, *, unlisted: bool) -> None:
        self._hub = hub
        self._catalog = catalog
        self._unlisted = unlisted

    async def search(
        self, words: str, repo_type: RepoType, order: SearchOrder, limit: int, owner: str
    ) -> list[SearchHit]:
        """Raises `HubUnreachable`."""

        async def request(hub: HubClient) -> list[RepoHit]:
            return await hub.search(words, repo_type, _HUB_ORDER[order], limit)

        hits = await (await self._hub.hubs(owner)).try_each(request)
        entries = await self._catalog.list()
        return [SearchHit(**dict(hit), **self._standing(hit, entries)) for hit in hits]

    async def card(self, repo: Repo, owner: str) -> HubCard:
        """Raises `RepoNotFound`, `GatedRepo`, `HubUnreachable`."""

        async def request(hub: HubClient) -> Card:
            return await hub.card(repo)

        card = await (await self._hub.hubs(owner)).try_each(request)
        return HubCard(**dict(card), **self._standing(card, await self._catalog.list()))

    def _standing(self, hit: RepoHit, entries: Sequence[CatalogEntry]) -> dict[str, object]:
        entry = listed(hit.id, hit.repo_type, entries)
        known = entry is not None or offers_whole(hit.id, hit.repo_type, entries)
        return {"allowed": known or self._unlisted, "catalog_id": entry.id if entry else None}

    async def whose(self, token: str) -> TokenCheck:
        """Raises `HubUnreachable`."""
        account = await self._hub.with_token(token).who_am_i()
        if account is None:
            return TokenCheck(valid=False)
        return TokenCheck(valid=True, name=account.name, fullname=account.fullname)

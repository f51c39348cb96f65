"""The collection `catalog`: one document for each entry, with the entry's id.

A document with `deleted` true is a tombstone: an administrator has removed the entry, and no seed adds it again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from pydantic import ValidationError

from shared.catalog.seed import merged
from shared.contracts.catalog import CatalogEntry, entry_from
from shared.contracts.errors import Conflict, NotFound
from shared.contracts.hints import Action, Hint
from shared.store import Document, Duplicate, Filter, Store, Value
from shared.store.paging import find_all
from shared.telemetry import get_logger

_LOG = get_logger("catalog")
_COLLECTION = "catalog"
_PAGE = 500


class CatalogRepository:
    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def list(self) -> list[CatalogEntry]:
        """Every entry, by id."""
        where: Filter = {"deleted": {"$ne": True}}
        items = await find_all(self._store, _COLLECTION, where, sort=[("id", 1)], page=_PAGE)
        return [entry for item in items if (entry := _readable(item)) is not None]

    async def get(self, entry_id: str) -> CatalogEntry:
        """The entry with this id. Raises `NotFound`."""
        document = await self._store.get(_COLLECTION, entry_id)
        if document is None or document.get("deleted") is True:
            raise NotFound(f"There is no {entry_id[:192]} in the catalog.", hint=Hint(Action.LIST_CATALOG))
        return entry_from(document)

    async def add(self, entry: CatalogEntry) -> CatalogEntry:
        """Add an entry; it may replace a removed one. Raises `Conflict` if an entry has this id."""
        entry = entry.model_copy(update={"updated_at": self._now()})
        if await self._insert(entry):
            return entry
        revived = await self._store.update(
            _COLLECTION, {"id": entry.id, "deleted": True}, {"$set": _changes(entry) | {"deleted": False}}
        )
        if revived is None:
            raise Conflict(f"{entry.id} is in the catalog already.", hint="PATCH changes it.")
        return entry

    async def put(self, entry: CatalogEntry, before: CatalogEntry) -> CatalogEntry:
        """Replace `before` with `entry`. Raises `Conflict` if the stored entry has changed since."""
        entry = entry.model_copy(update={"updated_at": self._now()})
        if not await self._replace(entry, before):
            raise Conflict(f"{entry.id} was changed meanwhile.", hint="Read it again, and repeat the change.")
        return entry

    async def delete(self, entry_id: str) -> None:
        """Remove the entry and leave a tombstone. Raises `NotFound`."""
        await self.get(entry_id)
        await self._store.update(_COLLECTION, {"id": entry_id}, {"$set": {"deleted": True, "updated_at": self._now()}})

    async def seed(self, entries: Iterable[CatalogEntry]) -> int:
        """Add missing entries and update those that the seed has changed. Returns the number of written entries."""
        return sum([await self._seed_one(entry) for entry in entries])

    async def _seed_one(self, seed: CatalogEntry) -> bool:
        if await self._insert(seed):
            return True
        document = await self._store.get(_COLLECTION, seed.id)
        if document is None or document.get("deleted") is True:
            return False
        known = _readable(document)
        if known is None:
            return False
        fresh = merged(seed, known)
        return fresh != known and await self._replace(fresh.model_copy(update={"updated_at": self._now()}), known)

    async def _insert(self, entry: CatalogEntry) -> bool:
        try:
            await self._store.insert(_COLLECTION, _document(entry))
        except Duplicate:
            return False
        return True

    async def _replace(self, entry: CatalogEntry, before: CatalogEntry) -> bool:
        unchanged: dict[str, Value] = {"id": entry.id, "updated_at": before.updated_at, "deleted": {"$ne": True}}
        return await self._store.update(_COLLECTION, unchanged, {"$set": _changes(entry)}) is not None


def _document(entry: CatalogEntry) -> dict[str, Value]:
    return entry.model_dump(mode="python")


def _changes(entry: CatalogEntry) -> dict[str, Value]:
    return {name: value for name, value in _document(entry).items() if name != "id"}


def _readable(document: Document) -> CatalogEntry | None:
    """The entry; None if the document is invalid (edited by hand, from a newer version), so the others are usable."""
    try:
        return entry_from(document)
    except ValidationError as error:
        _LOG.error("catalog_entry_unreadable", entry=document.get("id"), reason=str(error.errors()[0]["msg"]))
        return None

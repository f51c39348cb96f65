"""Fills an empty store with the documents of a backup.

Until all documents are there, the store is at version 0 and its migration lease is held without an end: a service that
starts meanwhile, or after a killed restore, waits for the lease and opens nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.contracts.errors import Conflict
from shared.store.collections import COLLECTIONS
from shared.store.migrations import NEVER, SchemaStore, check_version, migrate, stored_version
from shared.store.opening import connected, sqlite_file
from shared.store.port import Document, Store, Value

_HOLDER = "restore"
_FOREVER = datetime(9999, 1, 1, tzinfo=UTC)
_DELETED_AT_ONCE = 500
_DATA = tuple(name for name in COLLECTIONS if name != "meta")


@dataclass(frozen=True, slots=True)
class StoreLoader:
    """`collections`: those that may be filled."""

    store: Store
    collections: tuple[str, ...] = _DATA

    async def add(self, collection: str, documents: Sequence[Document]) -> None:
        """Raises `Validation` for a document outside the model, `Duplicate`, `StoreUnavailable`."""
        await self.store.append_many(collection, documents)


@asynccontextmanager
async def loading_store(url: str, version: int) -> AsyncIterator[StoreLoader]:
    """An empty store to fill, at `version`; migrated at the end of the block, empty again after an error.

    Raises `Conflict` if the store has documents, `StoreTooNew`, `StoreUnavailable`.
    """
    check_version(version)
    store, _ = await connected(url)
    try:
        await store.ping()
        await store.prepare(COLLECTIONS)
        await _require_empty(store)
        await _hold(store)
        try:
            yield StoreLoader(store)
            released: dict[str, Value] = {"version": version, "lease": {"holder": "", "expires_at": NEVER}}
            await store.update("meta", {"id": "schema"}, {"$set": released})
            await migrate(store)
        except BaseException:
            await _clear(store)
            raise
    finally:
        await store.close()


async def require_empty_store(url: str) -> None:
    """Raises `Conflict` if the store has documents, `StoreTooNew`, `StoreUnavailable`. Makes no file of SQLite."""
    file = sqlite_file(url)
    if file is not None and not await asyncio.to_thread(file.exists):
        return
    store, _ = await connected(url)
    try:
        await store.ping()
        await store.prepare(dict.fromkeys(COLLECTIONS, ()))
        await _require_empty(store, keep=True)
    finally:
        await store.close()


async def _require_empty(store: SchemaStore, *, keep: bool = False) -> None:
    """`keep`: do not remove the documents of a restore that was killed, which count as none."""
    check_version(await stored_version(store))
    schema = await store.get("meta", "schema")
    lease = schema.get("lease") if schema is not None else None
    if isinstance(lease, dict) and lease.get("holder") == _HOLDER:
        if not keep:
            await _clear(store)
        return
    for name in _DATA:
        if await store.count(name):
            raise Conflict(
                f"The store is not empty: it has documents in {name}.",
                hint="Restore into a new store: another SOKHAN_DATA, or another database in SOKHAN_STORE_URL.",
            )


async def _hold(store: Store) -> None:
    lease: dict[str, Value] = {"holder": _HOLDER, "expires_at": _FOREVER}
    await store.append_many("meta", [{"id": "schema", "version": 0, "lease": lease}])


async def _clear(store: Store) -> None:
    """Remove every document, in slices; the schema's last, which keeps services out."""
    for name in (*_DATA, "meta"):
        while found := (await store.find(name, limit=_DELETED_AT_ONCE)).items:
            await store.delete(name, {"id": {"$in": [str(document["id"]) for document in found]}})

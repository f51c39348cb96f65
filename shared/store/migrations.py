"""Brings a store to the version this code expects, once, however many services start at the same moment.

The document `schema` in the collection `meta` is {version, lease: {holder, expires_at}}. Whoever gets the lease runs
the migrations; the others wait until the version is there. A step may be run again after a crash in the middle of
it, so each must be safe to repeat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from uuid import uuid4

from shared.contracts.errors import Conflict, Internal
from shared.store.collections import COLLECTIONS, Index
from shared.store.port import Duplicate, Filter, Store, StoreUnavailable, Value

LEASE_S = 60.0
"""Longer than any single step takes; a service that dies while it migrates holds up the others for this long."""

WAIT_S = 90.0
"""One lease that was left behind, and then the work itself."""

POLL_S = 0.05

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class SchemaStore(Store, Protocol):
    """What a migration may use: a store that can also make its collections and indexes."""

    async def prepare(self, collections: Mapping[str, tuple[Index, ...]]) -> None:
        """Make what is declared and missing. Raises `Duplicate` where the data breaks a new unique index."""
        ...


class StoreTooNew(Conflict):
    """The store was migrated by a later version of this code; going on would damage it."""


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    run: Callable[[SchemaStore], Awaitable[None]]


async def _create_collections(store: SchemaStore) -> None:
    await store.prepare(COLLECTIONS)


async def _forget_shorter_blocks(store: SchemaStore) -> None:
    """Blocks of 256 steps would be counted as blocks of 512; without any, a chart is chosen from the rows."""
    await store.delete("training_curves", {"run": {"$exists": True}})


MIGRATIONS: Sequence[Migration] = (
    Migration(1, "create collections and indexes", _create_collections),
    Migration(2, "training_curves", _create_collections),
    Migration(3, "training_curves of 512 steps", _forget_shorter_blocks),
)


async def migrate(
    store: SchemaStore,
    migrations: Sequence[Migration] = MIGRATIONS,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    new_holder: Callable[[], str] = lambda: uuid4().hex,
    wait_s: float = WAIT_S,
) -> None:
    """Raises `StoreTooNew`, or `StoreUnavailable` where another process keeps the lease for more than `wait_s`."""
    if [m.version for m in migrations] != list(range(1, len(migrations) + 1)):
        raise Internal("Migrations are numbered 1, 2, 3 … in order.")
    await store.prepare({"meta": ()})
    try:
        async with asyncio.timeout(wait_s):
            await _reach(store, migrations, now, new_holder())
    except TimeoutError:
        raise StoreUnavailable(f"Another process has been migrating the store for more than {wait_s:.0f} s.") from None


async def _reach(store: SchemaStore, migrations: Sequence[Migration], now: Callable[[], datetime], holder: str) -> None:
    while (version := await _version(store)) != len(migrations):
        if version > len(migrations):
            raise StoreTooNew(
                f"The store is at version {version}, this code knows versions up to {len(migrations)}.",
                hint="Install the version of Sokhan that last used this store, or a later one.",
            )
        if await _lease(store, now(), holder):
            try:
                for migration in migrations[version:]:
                    await _step(store, migration, now, holder)
            finally:
                await store.update(
                    "meta", {"id": "schema", "lease.holder": holder}, {"$set": {"lease.expires_at": NEVER}}
                )
        else:
            await asyncio.sleep(POLL_S)


async def _version(store: SchemaStore) -> int:
    found = await store.get("meta", "schema")
    if found is None:
        first: dict[str, Value] = {"id": "schema", "version": 0, "lease": {"holder": "", "expires_at": NEVER}}
        try:
            await store.insert("meta", first)
        except Duplicate:
            return await _version(store)
        return 0
    version = found["version"]
    assert isinstance(version, int)
    return version


async def _lease(store: SchemaStore, at: datetime, holder: str) -> bool:
    taken = await store.update(
        "meta", {"id": "schema", "lease.expires_at": {"$lt": at}}, {"$set": {"lease": _held(at, holder)}}
    )
    return taken is not None


async def _step(store: SchemaStore, migration: Migration, now: Callable[[], datetime], holder: str) -> None:
    """The version moves on only from the one before, and only for whoever still holds the lease."""
    mine: Filter = {"id": "schema", "lease.holder": holder, "version": migration.version - 1}
    if await store.update("meta", mine, {"$set": {"lease": _held(now(), holder)}}) is None:
        return
    await migration.run(store)
    await store.update("meta", mine, {"$set": {"version": migration.version}})


def _held(at: datetime, holder: str) -> dict[str, Value]:
    return {"holder": holder, "expires_at": at + timedelta(seconds=LEASE_S)}

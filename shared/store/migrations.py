"""Migrates a store to the version of this code, once, also if several services start at the same time.

The document `schema` in the collection `meta` is {version, lease: {holder, expires_at}}. The holder of the lease runs
the migrations; the others wait for the version. A migration runs again after a crash, so it must be idempotent.
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
"""Longer than any single migration; if the migrating service dies, the others wait for this long."""

WAIT_S = 90.0
"""One expired lease, and then the migrations."""

POLL_S = 0.05

_MOVED_AT_ONCE = 100

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class SchemaStore(Store, Protocol):
    """The interface for migrations: a store that can also create collections and indexes."""

    async def prepare(self, collections: Mapping[str, tuple[Index, ...]]) -> None:
        """Create missing collections and indexes. Raises `Duplicate` if the data violates a new unique index."""
        ...


class StoreTooNew(Conflict):
    """A later version of this code has migrated the store; this version would damage it."""


@dataclass(frozen=True, slots=True)
class Migration:
    version: int
    name: str
    run: Callable[[SchemaStore], Awaitable[None]]


async def _create_collections(store: SchemaStore) -> None:
    await store.prepare(COLLECTIONS)


async def _delete_short_blocks(store: SchemaStore) -> None:
    """Delete blocks of 256 steps, which would be read as blocks of 512; without blocks, charts use the rows."""
    await store.delete("training_curves", {"run": {"$exists": True}})


async def _move_calibrations(store: SchemaStore) -> None:
    """Out of `settings`, where users' Hub tokens are, so that the synth need not write there."""
    await _create_collections(store)
    while found := (await store.find("settings", {"wish": {"$exists": True}}, limit=_MOVED_AT_ONCE)).items:
        for document in found:
            id_ = str(document["id"])
            fields = {name: value for name, value in document.items() if name != "id"}
            await store.upsert("calibrations", id_, {"$set": fields})
            await store.delete("settings", {"id": id_})


MIGRATIONS: Sequence[Migration] = (
    Migration(1, "create collections and indexes", _create_collections),
    Migration(2, "training_curves", _create_collections),
    Migration(3, "training_curves of 512 steps", _delete_short_blocks),
    Migration(4, "calibrations", _move_calibrations),
    Migration(5, "tickets, counters", _create_collections),
    Migration(6, "accounts", _create_collections),
)


def check_version(version: int, known: int = len(MIGRATIONS)) -> None:
    """Raises `StoreTooNew`."""
    if version > known:
        raise StoreTooNew(
            f"The store is at version {version}, this code knows versions up to {known}.",
            hint="Install the version of Sokhan that last used this store, or a later one.",
        )


async def stored_version(store: Store) -> int:
    """The version of a store; 0 of one that nobody has migrated. Writes nothing. Raises `StoreUnavailable`."""
    found = await store.get("meta", "schema")
    version = found["version"] if found is not None else 0
    return version if isinstance(version, int) else 0


async def migrate(
    store: SchemaStore,
    migrations: Sequence[Migration] = MIGRATIONS,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    new_holder: Callable[[], str] = lambda: uuid4().hex,
    wait_s: float = WAIT_S,
) -> None:
    """Run the missing migrations.

    Raises `StoreTooNew`, or `StoreUnavailable` if another process keeps the lease for more than `wait_s` seconds.
    """
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
        check_version(version, len(migrations))
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
    """Run one migration and raise the version, under the condition of the previous version and the lease."""
    mine: Filter = {"id": "schema", "lease.holder": holder, "version": migration.version - 1}
    if await store.update("meta", mine, {"$set": {"lease": _held(now(), holder)}}) is None:
        return
    await migration.run(store)
    await store.update("meta", mine, {"$set": {"version": migration.version}})


def _held(at: datetime, holder: str) -> dict[str, Value]:
    return {"holder": holder, "expires_at": at + timedelta(seconds=LEASE_S)}

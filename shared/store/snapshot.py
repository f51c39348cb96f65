"""Reads a store that services write to, for backups, without a migration: they may be of an older version.

SQLite: a copy by its online backup, which is one moment of all collections. MongoDB: the store itself, page by page;
each document is whole, and later pages may be newer than earlier ones.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from shared.store.collections import COLLECTIONS
from shared.store.migrations import check_version, stored_version
from shared.store.opening import connected, sqlite_file
from shared.store.port import Store, StoreUnavailable


@asynccontextmanager
async def store_snapshot(url: str, scratch: Path) -> AsyncIterator[tuple[Store, int]]:
    """The store to read from, and its version. `scratch`: a folder for the copy of an SQLite file.

    Raises `StoreUnavailable`, also for an SQLite file that is missing or damaged, and `StoreTooNew`.
    """
    source = sqlite_file(url)
    copy = scratch / "snapshot.db"
    if source is not None:
        await asyncio.to_thread(_copy, source, copy)
        url = f"sqlite:///{copy.absolute()}"
    store, _ = await connected(url)
    try:
        if source is not None:  # a store of an older version lacks the tables of later ones
            await store.prepare(dict.fromkeys(COLLECTIONS, ()))
        version = await stored_version(store)
        check_version(version)
        yield store, version
    finally:
        await store.close()
        if source is not None:
            await asyncio.to_thread(_remove, copy)


def store_bytes(url: str) -> int:
    """The size of the SQLite file with its log; 0 of another store, whose size is unknown here. Blocking."""
    source = sqlite_file(url)
    files = [] if source is None else [source, source.with_name(f"{source.name}-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StoreUnavailable(f"There is no store at {source}.", hint="Check SOKHAN_DATA and SOKHAN_STORE_URL.")
    _remove(target)
    try:
        reading, writing = sqlite3.connect(source), sqlite3.connect(target)
        try:
            reading.execute("PRAGMA query_only=ON")
            reading.backup(writing)
            problem = str(writing.execute("PRAGMA quick_check(1)").fetchone()[0])
        finally:
            reading.close()
            writing.close()
    except sqlite3.Error as error:
        raise StoreUnavailable(f"The store {source} cannot be read: {error}.") from error
    if problem != "ok":
        raise StoreUnavailable(f"The store {source} is damaged: {problem}.")


def _remove(copy: Path) -> None:
    for end in ("", "-wal", "-shm"):
        copy.with_name(f"{copy.name}{end}").unlink(missing_ok=True)

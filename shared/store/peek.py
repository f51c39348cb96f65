"""Reads the version of a store without writing anything: no migration, no table, no file."""

from __future__ import annotations

import asyncio

from shared.contracts.errors import Internal
from shared.store.migrations import stored_version
from shared.store.opening import connected, sqlite_file


async def version_at(url: str) -> int | None:
    """The version of the store at a URL; None if its SQLite file does not exist yet.

    Raises `ValueError` for a URL of no store, `StoreUnavailable`.
    """
    file = sqlite_file(url)
    if file is not None and not await asyncio.to_thread(file.exists):
        return None
    store, _ = await connected(url)
    try:
        await store.ping()
        return await stored_version(store)
    except Internal:  # an SQLite file without tables, whose first service has not come so far
        return 0
    finally:
        await store.close()

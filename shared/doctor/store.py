"""Checks the store: it answers, and has a version that this code knows."""

from __future__ import annotations

import asyncio

from shared.config import Settings
from shared.contracts.errors import Internal, SokhanError
from shared.doctor.report import Finding, ok, problem
from shared.store.migrations import MIGRATIONS, stored_version
from shared.store.opening import connected, sqlite_file
from shared.store.port import Store

CHECK = "store"


async def check_store(settings: Settings) -> list[Finding]:
    """Writes nothing: it migrates no store, and makes no file."""
    shown, known = settings.store, len(MIGRATIONS)
    try:
        file = sqlite_file(settings.store.reveal())
        if file is not None and not await asyncio.to_thread(file.exists):
            return [ok(CHECK, f"{file} does not exist yet; the first start makes it")]
        store, _ = await connected(settings.store.reveal())
        try:
            await store.ping()
            version = await _version(store)
        finally:
            await store.close()
    except (SokhanError, ValueError) as error:
        advice = getattr(error, "hint", None) or "Start it, or check SOKHAN_STORE_URL."
        return [problem(CHECK, str(error), advice)]
    if version > known:
        advice = "Install the version of Sokhan that last used it, or a later one; or restore a backup."
        return [problem(CHECK, f"{shown} is at version {version}, this code knows versions up to {known}.", advice)]
    if version < known:
        return [ok(CHECK, f"{shown} answers; the next start brings it from version {version} to {known}")]
    return [ok(CHECK, f"{shown} answers, version {version}")]


async def _version(store: Store) -> int:
    try:
        return await stored_version(store)
    except Internal:  # an SQLite file without tables, whose first service has not come so far
        return 0

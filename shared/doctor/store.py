"""Checks the store: it answers, and has a version that this code knows."""

from __future__ import annotations

from shared.config import Settings
from shared.contracts.errors import SokhanError
from shared.doctor.report import Finding, ok, problem
from shared.store.migrations import MIGRATIONS
from shared.store.peek import version_at

CHECK = "store"


async def check_store(settings: Settings) -> list[Finding]:
    """Writes nothing: it migrates no store, and makes no file."""
    shown, known = settings.store, len(MIGRATIONS)
    try:
        version = await version_at(settings.store.reveal())
    except (SokhanError, ValueError) as error:
        advice = getattr(error, "hint", None) or "Start it, or check SOKHAN_STORE_URL."
        return [problem(CHECK, str(error), advice)]
    if version is None:
        return [ok(CHECK, f"{shown} does not exist yet; the first start makes it")]
    if version > known:
        advice = "Install the version of Sokhan that last used it, or a later one; or restore a backup."
        return [problem(CHECK, f"{shown} is at version {version}, this code knows versions up to {known}.", advice)]
    if version < known:
        return [ok(CHECK, f"{shown} answers; the next start brings it from version {version} to {known}")]
    return [ok(CHECK, f"{shown} answers, version {version}")]

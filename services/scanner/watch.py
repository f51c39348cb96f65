"""Watches the data folder for changes, and scans it periodically as well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from pathlib import Path

from watchfiles import Change, awatch

from services.scanner.cleanup import ScannerCleanup
from services.scanner.locations import WATCHED, location_of
from services.scanner.sync import AssetSync
from shared.contracts.errors import Unavailable
from shared.files import MANIFEST
from shared.files.members import ACCESS, is_bookkeeping, is_system_file, is_unfinished
from shared.tasks import wait_set
from shared.telemetry import get_logger

_LOG = get_logger("scanner")
# For network file systems, which report no changes.
_POLL_INTERVAL_S = 60.0
_SETTLE_MS = 300
_ASSET_DEPTH = 3  # models/<namespace>/<name>


def change_filter(root: Path) -> Callable[[Change, str], bool]:
    """A filter of changes to content and access: ignores partial files, other bookkeeping and system files."""
    depth = len(root.parts)

    def is_relevant(_: Change, path: str) -> bool:
        below = Path(path).parts[depth:]
        inside = "/".join(below[_ASSET_DEPTH:])
        bookkeeping = inside not in {MANIFEST, ACCESS} and is_bookkeeping(inside)
        return not (bookkeeping or is_unfinished("/".join(below)) or is_system_file("/".join(below)))

    return is_relevant


async def watch(root: Path, sync: AssetSync, stop: asyncio.Event) -> None:
    """Scan changed folders until `stop` is set. Without support by the system it ends, and logs that."""
    folders = [root / name for name in WATCHED]
    try:
        async for changes in awatch(
            *folders,
            watch_filter=change_filter(root),
            step=_SETTLE_MS,
            stop_event=stop,
            yield_on_timeout=False,
            recursive=True,
        ):
            touched = {location_of(root, Path(path)) for _, path in changes}
            await scan(sync, {folder for folder in touched if folder is not None})
    except OSError as error:  # usually the system's limit of watches
        _LOG.warning("disk_watch_unavailable", reason=str(error), look_every_s=_POLL_INTERVAL_S)


async def scan_periodically(sync: AssetSync, cleanup: ScannerCleanup, stop: asyncio.Event) -> None:
    """Clean up and scan all folders every minute until `stop` is set."""
    while not stop.is_set():
        await cleanup.clean_up()
        await scan(sync)
        await wait_set(stop, _POLL_INTERVAL_S)


async def scan(sync: AssetSync, only: Collection[Path] | None = None) -> None:
    """One walk. Errors are logged, not raised, so that the next walk still happens."""
    try:
        changes = await sync.run(only)
    except Unavailable as error:
        _LOG.warning("walk_skipped", reason=error.message)
        return
    except Exception:
        _LOG.exception("walk_failed")
        return
    if changes.added or changes.changed or changes.removed:
        _LOG.info("assets_changed", added=changes.added, changed=changes.changed, removed=changes.removed)

"""Takes away what a killed process left in `uploads/` and `tmp/`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shared.contracts.errors import Unavailable
from shared.contracts.kinds import SCAN
from shared.contracts.states import ACTIVE
from shared.files import DataTree, remove_tree
from shared.store import Filter, Store
from shared.telemetry import get_logger

_LOG = get_logger("scanner")
# No unpacking takes a day, and an upload that nobody's job waits for is nobody's.
LEFT_OVER_S = 24 * 3600.0
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class ScannerCleanup:
    tree: DataTree
    store: Store
    now: Callable[[], datetime]

    async def clean_up(self) -> None:
        try:
            waiting = await self._waiting_uploads()
            await asyncio.to_thread(clean_up, self.tree, self.now().timestamp(), waiting)
        except (Unavailable, OSError) as error:
            _LOG.warning("cleanup_failed", reason=str(error))

    async def _waiting_uploads(self) -> set[str]:
        """Uploads of imports that are still to be done; more than a page of them and nothing is removed."""
        where: Filter = {"state": {"$in": [state.value for state in ACTIVE]}, "spec.task.action": "import"}
        page = await self.store.find(SCAN.collection, where, limit=_PAGE)
        if page.next is not None:
            raise Unavailable("too many imports are waiting")
        return {str(_inner(_inner(item, "spec"), "task").get("upload")) for item in page.items}


def clean_up(tree: DataTree, now: float, keep: Collection[str]) -> int:
    """Remove files and folders untouched for a day but for uploads in `keep`; how many.

    `now` in seconds since the epoch. Blocking.
    """
    asset_locations = [*(p for p in tree.uploads.iterdir() if p.name not in keep), *tree.tmp.iterdir()]
    stale = [path for path in asset_locations if _untouched(path, now)]
    for path in stale:
        if path.is_dir() and not path.is_symlink():
            remove_tree(path)
        else:
            path.unlink(missing_ok=True)
    if stale:
        _LOG.info("cleanup_finished", count=len(stale))
    return len(stale)


def _inner(document: object, name: str) -> dict[str, object]:
    value = document.get(name) if isinstance(document, dict) else None
    return value if isinstance(value, dict) else {}


def _untouched(path: Path, now: float) -> bool:
    try:
        return now - path.lstat().st_mtime > LEFT_OVER_S
    except FileNotFoundError:
        return False

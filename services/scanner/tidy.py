"""Takes away what a killed process left in `uploads/` and `tmp/`."""

from __future__ import annotations

from pathlib import Path

from shared.files import DataTree, remove_tree
from shared.telemetry import get_logger

_LOG = get_logger("scanner")
# No upload and no unpacking takes a day; whoever still used it would have touched it since.
LEFT_OVER_S = 24 * 3600.0


def tidy(tree: DataTree, now: float) -> int:
    """Remove files and folders untouched for a day; how many. `now` in seconds since the epoch. Blocking."""
    stale = [path for place in (tree.uploads, tree.tmp) for path in place.iterdir() if _untouched(path, now)]
    for path in stale:
        if path.is_dir() and not path.is_symlink():
            remove_tree(path)
        else:
            path.unlink(missing_ok=True)
    if stale:
        _LOG.info("leftovers_removed", count=len(stale))
    return len(stale)


def _untouched(path: Path, now: float) -> bool:
    try:
        return now - path.lstat().st_mtime > LEFT_OVER_S
    except FileNotFoundError:
        return False

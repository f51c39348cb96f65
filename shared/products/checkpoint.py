"""A checkpoint's folder: the names in it that both who writes it and who serves it know, and how it goes away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared.files.atomic import remove_tree
from shared.files.read_locks import try_removing

METRICS = "metrics.json"
"""Written last, so a folder that has it is whole; whoever reads the folder locks it (shared/files/read_locks.py)."""

SAMPLES = "samples"


def discard(folder: Path, needed: Callable[[], bool] = lambda: False) -> bool:
    """Remove it, out of sight first; False where somebody reads it or it is `needed`. Blocking.

    `needed` is asked under the lock: a deployment may have ended since the caller looked.
    """
    with try_removing(folder / METRICS) as mine:
        if not mine:
            return not folder.exists()
        if needed():
            return False
        doomed = hide(folder)
    remove_tree(doomed)
    return True


def hide(folder: Path) -> Path:
    """Where it lies then, to be removed: a kill in between leaves nothing that looks whole."""
    doomed = folder.with_name(f".{folder.name}.old")
    remove_tree(doomed)
    folder.replace(doomed)
    return doomed

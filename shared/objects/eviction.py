"""Keeps the cache of a remote worker within its size: what was not used for the longest time goes first.

Only what the bucket has goes: a unit with changes that are not published yet is no cache.
"""

from __future__ import annotations

import shutil
import time
import uuid
from contextlib import suppress

from shared.files.atomic import remove_tree
from shared.objects.fetching import STAGED
from shared.objects.pins import unless_pinned
from shared.objects.site import Site
from shared.telemetry import get_logger

_LOG = get_logger("objects")
_FORSAKEN_S = 86_400.0


def evict(site: Site, budget_bytes: int, keep: str) -> list[str]:
    """Remove units, except `keep`, until the rest fits into the budget. Returns them. Blocking."""
    _remove_forsaken(site)
    sizes = {unit: sum(file.size for file in site.records.read(unit).files) for unit in site.records.units()}
    total = sum(sizes.values())
    removed: list[str] = []
    for unit in sorted(sizes, key=site.records.last_use):
        if total <= budget_bytes:
            break
        if sizes[unit] and unit != keep and _evict(site, unit):
            total -= sizes[unit]
            removed.append(unit)
    if removed:
        _LOG.info("cache_evicted", units=len(removed), bytes=sum(sizes[unit] for unit in removed))
    return removed


def _evict(site: Site, unit: str) -> bool:
    with unless_pinned(site.records, unit) as free:
        if not free or site.changed_here(unit):
            return False
        trash = site.tree.tmp / f"evicted-{uuid.uuid4().hex}"
        with suppress(FileNotFoundError):
            (site.tree.root / unit).rename(trash)
        site.records.drop(unit)
    trash.unlink() if trash.is_file() else remove_tree(trash)
    return True


def _remove_forsaken(site: Site) -> None:
    """Remove what killed fetches have left and nobody went on with for a day."""
    for path in site.tree.tmp.glob(f"{STAGED}*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _FORSAKEN_S:
                shutil.rmtree(path, ignore_errors=True)

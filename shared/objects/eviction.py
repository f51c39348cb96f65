"""Keeps the cache of a remote worker within its size: what was not used for the longest time goes first.

Only what the bucket has goes: a unit with changes that are not published yet is no cache. What was removed in the
bucket goes at once.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress

from shared.objects.fetching import STAGED, remove_unit
from shared.objects.pins import unless_pinned
from shared.objects.site import Site
from shared.telemetry import get_logger

_LOG = get_logger("objects")
_FORSAKEN_S = 86_400.0


def evict(site: Site, budget_bytes: int, keep: str) -> list[str]:
    """Remove units, except `keep`, until the rest fits into the budget. Returns them. Blocking."""
    _remove_forsaken(site)
    sizes = {record.unit: record.size for record in site.records.all()}
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


def evict_oldest(site: Site, keep: str) -> bool:
    """Remove the unit, except `keep`, that was not used for the longest time. Returns whether there was one."""
    candidates = [record.unit for record in site.records.all() if record.files and record.unit != keep]
    return any(_evict(site, unit) for unit in sorted(candidates, key=site.records.last_use))


def drop_removed(site: Site, unit: str) -> None:
    """Remove a unit that was removed in the bucket, unless it is in use or has changes. Blocking.

    Raises `Unavailable`, `OSError`.
    """
    if site.records.read(unit).revision is None:
        return  # it was never fetched, or it is work of this machine
    seen = site.units.pointer(unit)
    if seen is not None and seen.pointer.revision is None:
        _evict(site, unit)


def _evict(site: Site, unit: str) -> bool:
    with unless_pinned(site.records, unit) as free:
        if not free or site.changed_here(unit):
            return False
        remove_unit(site.tree.root / unit, site.tree)
        site.records.drop(unit)
    return True


def _remove_forsaken(site: Site) -> None:
    """Remove what killed fetches have left and nobody went on with for a day."""
    for path in site.tree.tmp.glob(f"{STAGED}*"):
        with suppress(FileNotFoundError):
            if time.time() - path.stat().st_mtime > _FORSAKEN_S:
                shutil.rmtree(path, ignore_errors=True)

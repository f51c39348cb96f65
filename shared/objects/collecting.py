"""Deletes what nothing refers to any more, after a grace period.

A piece or a manifest that is younger than the grace period stays: a publisher may be about to point to it, and a reader
may be fetching the revision before. Ages are those of the bucket's own clock. A publisher writes a piece again that is
older than half the grace period instead of counting on it (`BucketUnits.refresh_after`), so it has the other half to
get from its first piece to its pointer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.contracts.errors import HashMismatch
from shared.objects.documents import BLOBS, MANIFESTS, blob_key, manifest_key
from shared.objects.units import BucketUnits

if TYPE_CHECKING:
    from shared.objects.bucket import Bucket, StoredObject

_CLOCK = "clock"
_TOMBSTONES_STAY = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Collected:
    """`deleted` objects with `freed` bytes; `broken`: units in force that lack their manifest or a piece."""

    deleted: int
    freed: int
    broken: tuple[str, ...]


def collect(units: BucketUnits, grace: timedelta) -> Collected:
    """One collection. Blocking. Raises `Unavailable`, also once this service stops; what is deleted stays so."""
    bucket = units.bucket
    now = _time_of(bucket)
    blobs = {stored.key: stored for stored in bucket.list(BLOBS)}
    manifests = list(bucket.list(MANIFESTS))
    # The pointers are read after the lists: what is pointed to meanwhile is young, or was in force all the time.
    in_force, broken, needed = set[str](), list[str](), set[str]()
    for unit in units.pointers():
        units.go_on()
        seen = units.pointer(unit)
        if seen is None:
            continue
        if seen.pointer.revision is None:
            if now - seen.pointer.at > _TOMBSTONES_STAY:
                bucket.delete([f"current/{unit}"])
            continue
        in_force.add(manifest_key(unit, seen.pointer.revision))
        try:
            pieces = _pieces(units, unit, seen.pointer.revision)
        except HashMismatch:
            broken.append(unit)
            continue
        needed |= pieces
        if any(key not in blobs and bucket.find(key) is None for key in pieces):
            broken.append(unit)
    stale = [stored for stored in manifests if stored.key not in in_force and now - stored.modified > grace]
    unused = [stored for stored in blobs.values() if stored.key not in needed and now - stored.modified > grace]
    if broken:
        unused = []  # a manifest that cannot be read may need any of them
    young = {stored.key for stored in manifests if stored.key not in in_force} - {stored.key for stored in stale}
    needed_by_young = _needed_by(units, young)
    unused = [stored for stored in unused if stored.key not in needed_by_young]
    return _delete(units, [*stale, *unused], tuple(broken))


def _delete(units: BucketUnits, objects: list[StoredObject], broken: tuple[str, ...]) -> Collected:
    """Delete those that were not written again since they were listed.

    A publisher that writes one between this look and its deletion, a moment later, has a broken unit: the next
    collection finds it, and the site with the files stores the piece again.
    """
    bucket, deleted, freed = units.bucket, 0, 0
    for stored in objects:
        units.go_on()
        now = bucket.find(stored.key)
        if now is not None and now.modified == stored.modified:
            bucket.delete([stored.key])
            deleted, freed = deleted + 1, freed + stored.size
    return Collected(deleted, freed, broken)


def _needed_by(units: BucketUnits, manifests: Iterable[str]) -> set[str]:
    """The pieces of revisions that somebody may still be fetching."""
    needed: set[str] = set()
    for unit, revision in _named(manifests):
        units.go_on()
        try:
            needed |= _pieces(units, unit, revision)
        except HashMismatch:
            continue
    return needed


def _named(manifests: Iterable[str]) -> Iterator[tuple[str, str]]:
    for key in manifests:
        unit, _, name = key.removeprefix(MANIFESTS).rpartition("/")
        yield unit, name.removesuffix(".json")


def _pieces(units: BucketUnits, unit: str, revision: str) -> set[str]:
    return {blob_key(piece) for file in units.manifest(unit, revision).files for piece in file.pieces}


def _time_of(bucket: Bucket) -> datetime:
    """The time of the bucket's server."""
    bucket.write(_CLOCK, b"")
    stored = bucket.find(_CLOCK)
    assert stored is not None, "it was just written"
    return stored.modified

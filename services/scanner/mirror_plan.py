"""Decides what the data folder of the gateway and the bucket have to give each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum

from shared.files import DataTree
from shared.files.units import look, units
from shared.objects.documents import SiteRecord

_ASSETS = ("models/", "datasets/", "checkpoints/")
_LEFT_OUT = "uploads/"
"""Uploads are imported where they arrive."""
_MANY = 20
"""More removals of one kind at once, with none of this kind left: a volume that is not mounted rather than a person."""


class MirrorStep(Enum):
    PUBLISH = "publish"
    FETCH = "fetch"
    REMOVE = "remove"
    FORGET = "forget"


@dataclass(frozen=True, slots=True)
class Known:
    """A `SiteRecord` in short, for sites with many files. `stamp` of the files' sizes and times."""

    etag: str | None
    revision: str | None
    stamp: int


@dataclass(frozen=True, slots=True)
class Plan:
    """`refused`: so many units are missing here that their removal is not believed."""

    steps: Mapping[str, MirrorStep]
    refused: int = 0


def plan(
    tree: DataTree,
    known: Mapping[str, Known],
    there: Mapping[str, str],
    ready: Collection[str],
    *,
    within: tuple[str, ...] = ("",),
) -> Plan:
    """The steps to take. Blocking.

    `there`: the ETags of the pointers in the bucket; `ready`: the assets here that are whole; `within`: the starts of
    the units to look at.
    """
    here = {unit for unit in units(tree) if unit.startswith(within) and not unit.startswith(_LEFT_OUT)}
    considered = here | {unit for unit in {*there, *known} if unit.startswith(within)}
    steps: dict[str, MirrorStep] = {}
    for unit in sorted(considered):
        record = known.get(unit, Known(None, None, 0))
        stamp = stamp_here(tree, unit) if unit in here else None
        step = decide(record, stamp, there.get(unit), whole=unit in ready or not unit.startswith(_ASSETS))
        if step is not None:
            steps[unit] = step
    refused = _not_believed([unit for unit, step in steps.items() if step is MirrorStep.REMOVE], here)
    return Plan({unit: step for unit, step in steps.items() if unit not in refused}, refused=len(refused))


def _not_believed(removed: Collection[str], here: Collection[str]) -> set[str]:
    """The removals of kinds, such as models, of which many units are gone and none is left."""
    by_kind = Counter(map(_kind, removed))
    left = set(map(_kind, here))
    return {unit for unit in removed if by_kind[_kind(unit)] > _MANY and _kind(unit) not in left}


def _kind(unit: str) -> str:
    return unit.partition("/")[0]


def decide(record: Known, stamp: int | None, there: str | None, *, whole: bool) -> MirrorStep | None:
    """What to do with one unit. `stamp` is None if it is not here, `there` if it is not in the bucket."""
    if there is None:
        if record.etag is not None:  # a bucket that was emptied: the record is of no use, and the next look publishes
            return MirrorStep.FORGET
        return MirrorStep.PUBLISH if stamp is not None and whole else None
    if there != record.etag:
        return MirrorStep.FETCH
    if stamp is None:
        return MirrorStep.REMOVE if record.revision is not None else None
    return MirrorStep.PUBLISH if whole and (record.revision is None or stamp != record.stamp) else None


def known_of(record: SiteRecord) -> Known:
    return Known(record.etag, record.revision, _stamp_of_record(record))


def stamp_here(tree: DataTree, unit: str) -> int | None:
    """The stamp of a unit's files; None if it has none. Raises `OSError`."""
    found = look(tree, unit)
    if found is None:
        return None
    return hash(frozenset((path, file.size, file.mtime_ns) for path, file in found.files.items()))


def _stamp_of_record(record: SiteRecord) -> int:
    names = ((f"{record.unit}/{file.path}" if file.path else record.unit, file) for file in record.files)
    return hash(frozenset((name, file.size, file.mtime_ns) for name, file in names))

"""Copies units of a live data folder, each as it was at one moment.

A unit is looked at before and after its copy: if a file or the folder was replaced meanwhile, the copy is taken again.
Files of an asset with a manifest also have to match it, because an update renames several files in one moment.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from shared.backup.files import Pace, copy_hashed
from shared.backup.index import DATA, BackupMember, LeftOut
from shared.files import DataTree, remove_tree
from shared.files.atomic import sync_path
from shared.files.units import UnitLook, look, manifest_of, units

_TRIES = 5
# The renames of an update take moments.
_PAUSE_S = 0.2


class _Unsettled(Exception):
    """The unit changed while it was copied."""


@dataclass(frozen=True, slots=True)
class _CopiedUnit:
    look: UnitLook
    members: tuple[BackupMember, ...]


class UnitCopier:
    """Keeps the copies in a backup up to date. Every method blocks.

    `without`: the kinds (`models`, `datasets`) of which assets of the Hub are left out.
    """

    def __init__(
        self,
        tree: DataTree,
        backup: Path,
        pace: Pace,
        without: Iterable[str] = (),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._tree = tree
        self._backup = backup
        self._pace = pace
        self._without = frozenset(without)
        self._sleep = sleep
        self._copied: dict[str, _CopiedUnit] = {}
        self._left_out: dict[str, LeftOut] = {}
        self._unsettled: set[str] = set()
        self._damaged: set[str] = set()

    @property
    def members(self) -> list[BackupMember]:
        return [member for unit in sorted(self._copied) for member in self._copied[unit].members]

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        return tuple(self._left_out[unit] for unit in sorted(self._left_out))

    @property
    def unsettled(self) -> list[str]:
        """Units that changed during each try, and are not in the backup."""
        return sorted(self._unsettled)

    @property
    def damaged(self) -> list[str]:
        """Files that differ from the manifest of their asset, and are in the backup as they are."""
        return sorted(self._damaged)

    def has(self, unit: str) -> bool:
        return unit in self._copied or unit in self._left_out

    def size(self) -> int:
        """The bytes of all units that a backup would copy now."""
        return sum(found.size for unit in units(self._tree) if (found := self._look(unit)) is not None)

    def copy_changes(self) -> None:
        """Copy each unit that is new or changed since the last call. A unit that is gone keeps its copy.

        Raises `OSError`, and `Stopped` after `Pace.stop`.
        """
        for unit in units(self._tree):
            self._update(unit)

    def drop_removed(self, named: Iterable[str]) -> None:
        """Drop the copies of units that are gone from the data folder, except those in `named`."""
        for unit in self._copied.keys() - set(named):
            if look(self._tree, unit) is None:
                del self._copied[unit]
                _remove(self._place(unit))

    def sync_folders(self) -> None:
        """Sync every folder of the copies, so that no name is lost in a power cut."""
        data = self._backup / DATA
        for folder in (data, *data.rglob("*")):
            if folder.is_dir():
                sync_path(folder)

    def _look(self, unit: str) -> UnitLook | None:
        """The unit as it is now; of one that is left out, only its record of access."""
        found = look(self._tree, unit)
        kind = unit.partition("/")[0]
        self._left_out.pop(unit, None)
        if found is None or kind not in self._without:
            return found
        manifest = manifest_of(self._tree, unit)
        if manifest is None or manifest.source != "HuggingFace":
            return found
        self._left_out[unit] = LeftOut(path=unit, repo_id=manifest.repo_id or manifest.id, commit=manifest.commit)
        return UnitLook(found.inode, {p: file for p, file in found.files.items() if p.endswith("/.sokhan-access.json")})

    def _update(self, unit: str) -> None:
        for attempt in range(_TRIES):
            if attempt:
                self._sleep(_PAUSE_S)
            found = self._look(unit)
            known = self._copied.get(unit)
            if found is None or (known is not None and known.look == found):
                return
            try:
                self._copied[unit] = self._copy(unit, found, last=attempt == _TRIES - 1)
            except _Unsettled:
                continue
            self._unsettled.discard(unit)
            return
        if unit not in self._copied:
            self._unsettled.add(unit)

    def _copy(self, unit: str, found: UnitLook, *, last: bool) -> _CopiedUnit:
        """Raises `_Unsettled` if the unit changed meanwhile, or differs from its manifest before the `last` try."""
        incoming = self._backup / "incoming"
        remove_tree(incoming)
        expected = self._expected(unit)
        members: list[BackupMember] = []
        wrong: set[str] = set()
        try:
            for path, file in found.files.items():
                with (self._tree.root / path).open("rb") as source:
                    size, sha256 = copy_hashed(source, incoming / path, self._pace)
                members.append(BackupMember(path=f"{DATA}/{path}", size=size, sha256=sha256, mtime_ns=file.mtime_ns))
                if expected.get(path, sha256) != sha256:
                    wrong.add(path)
        except (FileNotFoundError, NotADirectoryError) as error:
            raise _Unsettled from error
        if not found.still_in(look(self._tree, unit)) or (wrong and not last):
            raise _Unsettled
        self._damaged = {path for path in self._damaged if not path.startswith(f"{unit}/")} | wrong
        place = self._place(unit)
        _remove(place)
        if found.files:
            place.parent.mkdir(parents=True, exist_ok=True)
            (incoming / unit).replace(place)
        return _CopiedUnit(found, tuple(members))

    def _expected(self, unit: str) -> dict[str, str]:
        manifest = manifest_of(self._tree, unit)
        if manifest is None:
            return {}
        return {f"{unit}/{file.path}": file.sha256 for file in manifest.files if file.sha256 is not None}

    def _place(self, unit: str) -> Path:
        return self._backup / DATA / unit


def _remove(path: Path) -> None:
    if path.is_dir():
        remove_tree(path)
    else:
        path.unlink(missing_ok=True)

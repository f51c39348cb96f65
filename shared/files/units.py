"""The units of the data tree: folders and files that are published and removed as a whole.

models/<namespace>/<name>  datasets/<namespace>/<name>      an asset
checkpoints/<run>/<step>                                    a complete checkpoint
checkpoints/<run>/<file>                                    a file of a run, such as its record of access
audio/renders/<job>                                         a speech job, without its unfinished audio
uploads/<id>                                                a complete upload that waits for its import
lexicon.tsv  lexicons/<account>.tsv
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from shared.files.layout import LEXICON, LEXICONS, DataTree
from shared.files.manifest import Manifest, read_manifest
from shared.files.members import FEATURES, is_unfinished
from shared.files.renders import RenderFolder

TOPS = ("models", "datasets", "checkpoints", "audio", "uploads", LEXICONS, LEXICON)
"""The entries of the data folder that a backup may hold."""

_SEGMENT = r"(?!\.\.?(?:/|\Z))[^/\\\x00-\x1f\x7f]+"
_UNIT = re.compile(
    rf"(?:models|datasets)/{_SEGMENT}/{_SEGMENT}|checkpoints/{_SEGMENT}/{_SEGMENT}|audio/renders/{_SEGMENT}"
    rf"|uploads/{_SEGMENT}|{LEXICONS}/{_SEGMENT}|{re.escape(LEXICON)}"
)

_WORK = RenderFolder(Path())
_UNFINISHED_AUDIO = frozenset({_WORK.pcm.name, _WORK.journal.name})


@dataclass(frozen=True, slots=True)
class FileLook:
    """The status of a file: any change of its content changes one of these."""

    inode: int
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class UnitLook:
    """A unit as it was at one moment. `files` by path relative to the data folder; `inode` of the unit itself."""

    inode: int
    files: dict[str, FileLook] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files.values())

    def still_in(self, later: UnitLook | None) -> bool:
        """Whether the unit is the same later, and every file of it unchanged; new files do not count."""
        if later is None or later.inode != self.inode:
            return False
        return all(later.files.get(path) == file for path, file in self.files.items())


def is_unit(path: str) -> bool:
    """Whether a path can be one of a unit, and the key of an object: any other may lead to files that are none."""
    return _UNIT.fullmatch(path) is not None


def units(tree: DataTree) -> list[str]:
    """The paths of all units, relative to the data folder, sorted. Blocking."""
    root = tree.root
    found: list[str] = []
    for kind in ("models", "datasets"):
        for namespace in _entries(root / kind, folders=True):
            found += [f"{kind}/{namespace}/{name}" for name in _entries(root / kind / namespace, folders=True)]
    for run in _entries(tree.checkpoints, folders=True):
        place = tree.checkpoints / run
        found += [f"checkpoints/{run}/{step}" for step in _entries(place, folders=True) if step.isdecimal()]
        found += [f"checkpoints/{run}/{name}" for name in _entries(place, folders=False) if not is_unfinished(name)]
    found += [f"audio/renders/{job}" for job in _entries(tree.renders, folders=True)]
    for folder in ("uploads", LEXICONS):
        found += [f"{folder}/{name}" for name in _entries(root / folder, folders=False) if not name.startswith(".")]
    if (root / LEXICON).is_file():
        found.append(LEXICON)
    return sorted(found)


def look(tree: DataTree, unit: str) -> UnitLook | None:
    """The finished files of a unit; None if it is gone or has none. Blocking. Raises `OSError` if it is unreadable."""
    top = tree.root / unit
    try:
        status = top.stat()
        if stat.S_ISREG(status.st_mode):
            return UnitLook(status.st_ino, {unit: _file_look(status)})
        files = dict(_walk(tree.root, unit))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return UnitLook(status.st_ino, files) if files else None


def manifest_of(tree: DataTree, unit: str) -> Manifest | None:
    return read_manifest(tree.root / unit) if unit.startswith(("models/", "datasets/")) else None


def _walk(root: Path, unit: str) -> Iterator[tuple[str, FileLook]]:
    """The finished files. A link to a file counts as the file, as for the scanner; one to a folder is not followed."""
    for place, folders, names in os.walk(root / unit, onerror=_raise):
        inside = Path(place).relative_to(root / unit)
        if inside == Path():
            folders[:] = [name for name in folders if name != FEATURES]
        for name in names:
            relative = (inside / name).as_posix()
            if is_unfinished(relative) or (unit.startswith("audio/") and _is_work(name)):
                continue
            try:
                status = Path(place, name).stat()
            except FileNotFoundError:
                continue
            if stat.S_ISREG(status.st_mode):
                yield f"{unit}/{relative}", _file_look(status)


def _raise(error: OSError) -> None:
    """Of a folder that cannot be read: a backup without it would look whole."""
    raise error


def _is_work(name: str) -> bool:
    return name in _UNFINISHED_AUDIO or name.startswith(".")


def _file_look(status: os.stat_result) -> FileLook:
    return FileLook(status.st_ino, status.st_size, status.st_mtime_ns)


def _entries(folder: Path, *, folders: bool) -> list[str]:
    """The names of the folders, without hidden ones, or of the regular files. None of a folder that is missing."""
    try:
        with os.scandir(folder) as entries:
            if folders:
                return [entry.name for entry in entries if entry.is_dir() and not entry.name.startswith(".")]
            return [entry.name for entry in entries if entry.is_file()]
    except FileNotFoundError:
        return []

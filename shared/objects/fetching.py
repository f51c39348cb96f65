"""Puts the files of a manifest together beside their place, and moves them there in one step."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from pathlib import Path

from shared.contracts.errors import NoSpace
from shared.files.atomic import remove_tree, sync_entry, sync_path, sync_tree
from shared.files.layout import DataTree
from shared.objects.documents import SiteRecord, UnitFile, UnitManifest
from shared.objects.parallel import for_each, one_by_one
from shared.objects.units import BucketUnits

Each = Callable[[Callable[[tuple[int, str]], None], Iterable[tuple[int, str]]], object]
"""`for_each` or `one_by_one`, over the pieces of a file."""

STAGED = "objects-"
"""The start of the names in `tmp` of what is being fetched."""
_ONLY = "file"


def staging_of(tree: DataTree, unit: str, revision: str) -> Path:
    """Where a revision is put together. The name is the same after a kill, so what has arrived is not fetched again."""
    return tree.tmp / f"{STAGED}{hashlib.sha256(unit.encode()).hexdigest()[:16]}-{revision[:16]}"


def fetch_files(units: BucketUnits, manifest: UnitManifest, staged: Path, target: Path, record: SiteRecord) -> None:
    """Fill `staged` with the files of the manifest. Blocking.

    A file that `target` has in this revision already is linked; one that an earlier try has put together is kept.
    Raises `HashMismatch`, `NoSpace`, `Unavailable`, `OSError`.
    """
    staged.mkdir(parents=True, exist_ok=True)
    known = record.by_path
    missing = [file for file in manifest.files if not _is_here(file, staged, target, known.get(file.path))]
    needed = sum(file.size for file in missing)
    if needed > (free := shutil.disk_usage(staged).free):
        raise NoSpace(
            f"{manifest.unit} has {needed / 1e6:,.0f} MB to fetch and {free / 1e6:,.0f} MB are free.",
            hint="Free space under SOKHAN_DATA.",
        )
    small = [file for file in missing if len(file.pieces) <= 1]
    for_each(lambda file: _fetch_file(units, manifest.piece_bytes, file, staged, one_by_one), small)
    for file in missing:
        if len(file.pieces) > 1:
            _fetch_file(units, manifest.piece_bytes, file, staged, for_each)
    wanted = {file.path or _ONLY for file in manifest.files}
    for path in [path for path in staged.rglob("*") if path.is_file()]:
        if path.relative_to(staged).as_posix() not in wanted:
            path.unlink()  # the part of a killed try


def swap(staged: Path, target: Path, tree: DataTree, *, folder: bool, keep: Collection[str]) -> None:
    """Move what was put together to its place, durably. Blocking. Raises `OSError`."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if not folder:
        sync_path(staged / _ONLY)
        (staged / _ONLY).replace(target)
        sync_entry(target)
        remove_tree(staged)
        return
    for name in keep:
        with suppress(FileNotFoundError):
            (staged / name).unlink(missing_ok=True)
            shutil.copy2(target / name, staged / name, follow_symlinks=False)
    sync_tree(staged)
    old = tree.tmp / f"old-{uuid.uuid4().hex}"
    with suppress(FileNotFoundError):
        target.replace(old)
    staged.replace(target)
    sync_entry(target)
    remove_tree(old)


def remove_unit(target: Path, tree: DataTree) -> None:
    """Remove the files of a unit, in one step for its readers; none is no error. Blocking. Raises `OSError`."""
    trash = tree.tmp / f"removed-{uuid.uuid4().hex}"
    with suppress(FileNotFoundError):
        target.rename(trash)
    trash.unlink() if trash.is_file() else remove_tree(trash)


def _is_here(file: UnitFile, staged: Path, target: Path, known: UnitFile | None) -> bool:
    place = staged / (file.path or _ONLY)
    with suppress(FileNotFoundError, NotADirectoryError):
        status = place.stat()  # it got this name and time when it was complete
        if (status.st_size, status.st_mtime_ns) == (file.size, file.mtime_ns):
            return True
    if known != file:
        return False
    with suppress(OSError):
        source = target / file.path if file.path else target
        status = source.stat()
        if (status.st_size, status.st_mtime_ns) == (file.size, file.mtime_ns):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.unlink(missing_ok=True)
            place.hardlink_to(source)
            return True
    return False


def _fetch_file(units: BucketUnits, piece_bytes: int, file: UnitFile, staged: Path, each: Each) -> None:
    """Fetch the pieces that a killed try has not left; those that it has are read again and compared."""
    place = staged / (file.path or _ONLY)
    place.parent.mkdir(parents=True, exist_ok=True)
    part = place.with_name(_part_of(file.path))
    begun = part.exists()
    with part.open("r+b" if begun else "w+b", buffering=0) as out:
        out.truncate(file.size)

        def fetch(piece: tuple[int, str]) -> None:
            number, sha256 = piece
            start = number * piece_bytes
            size = min(piece_bytes, file.size - start)
            if begun and hashlib.sha256(os.pread(out.fileno(), size, start)).hexdigest() == sha256:
                return
            _write(out.fileno(), units.piece(sha256, size), start)

        each(fetch, enumerate(file.pieces))
        os.fsync(out.fileno())
    os.utime(part, ns=(file.mtime_ns, file.mtime_ns))
    part.replace(place)


def _write(handle: int, content: bytes, start: int) -> None:
    left = memoryview(content)
    while left:
        written = os.pwrite(handle, left, start)
        left, start = left[written:], start + written


def _part_of(path: str) -> str:
    return f".{hashlib.sha256(path.encode()).hexdigest()[:32]}.part"

"""Restores a backup into an empty data folder and an empty store.

Everything is verified first. While files and documents are written, a marker lies in the data folder
(`shared.config.RESTORING`) and the store's migration lease is held, so that no service opens a part of it. An error
removes what was written; after a kill, the next restore does.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.backup.documents import collections_of, read_pages
from shared.backup.files import (
    Pace,
    check_member,
    copy_hashed,
    full_disk,
    member_lines,
    open_member,
    require_free,
    unreadable,
)
from shared.backup.index import DATA, STORE, BackupIndex, LeftOut
from shared.backup.verifying import Verified, read_checked_index, verify
from shared.config import RESTORING
from shared.contracts.errors import Conflict
from shared.files import remove_tree
from shared.files.archive import free_bytes
from shared.files.atomic import sync_path, write_atomic
from shared.files.layout import RESUMABLE
from shared.files.units import TOPS
from shared.store.loading import loading_store, require_empty_store
from shared.tasks import in_thread

# The text of the documents becomes rows and indexes.
_STORE_SHARE = 3


@dataclass(frozen=True, slots=True)
class Restored:
    """`left_out`: assets of the Hub that are to be downloaded again."""

    files: int
    bytes: int
    documents: int
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class RestoreTarget:
    """The installation to fill. `free`: the free bytes of the disk of a folder.

    `report` gets the bytes so far, in a thread: of the verification, then of the files that are written.
    """

    data: Path
    store_url: str = field(repr=False)
    free: Callable[[Path], int] = free_bytes
    report: Callable[[int], None] = lambda _: None


async def restore(backup: Path, target: RestoreTarget) -> Restored:
    """Verify the backup, then write it. The space is checked first: a hostile file may take hours to read.

    Raises `BadBackup`, `Conflict` if a platform runs there or the target is not empty, `NoSpace`, `StoreTooNew`,
    `StoreUnavailable`; after each of them the target is empty.
    """
    index = await asyncio.to_thread(read_checked_index, backup)
    await asyncio.to_thread(target.data.mkdir, parents=True, exist_ok=True)
    with _alone(target.data):
        await asyncio.to_thread(_require_empty, target.data)
        await require_empty_store(target.store_url)
        _require_space(index, target)
        pace = Pace(target.report)
        verified = await in_thread(lambda: verify(backup, pace), pace.stop)
        await _write(backup, index, target, verified)
    return Restored(verified.files, verified.bytes, verified.documents, index.header.left_out)


async def _write(backup: Path, index: BackupIndex, target: RestoreTarget, verified: Verified) -> None:
    marker = target.data / RESTORING
    await asyncio.to_thread(write_atomic, marker, b"A restore writes this folder; start it again if it was killed.\n")
    try:
        pace = Pace(target.report)
        await in_thread(lambda: _write_files(backup, index, target.data, pace), pace.stop)
        async with loading_store(target.store_url, verified.header.store_version) as loader:
            for collection, member in collections_of(index):
                with member_lines(backup, member) as file:
                    for page in read_pages(file, collection):
                        await loader.add(collection, page)
    except BaseException as error:
        await asyncio.shield(asyncio.to_thread(_remove_files, target.data))
        if isinstance(error, OSError):
            raise full_disk(error, target.data) or unreadable(error) from error
        raise
    finally:
        marker.unlink(missing_ok=True)
        sync_path(target.data)


def _write_files(backup: Path, index: BackupIndex, data: Path, pace: Pace) -> None:
    folders = {data}
    for path, member in index.below(DATA):
        target = data / path
        with open_member(backup, member) as file:
            check_member(member, *copy_hashed(file, target, pace))
        os.utime(target, ns=(member.mtime_ns, member.mtime_ns))
        folders.update(parent for parent in target.parents if parent.is_relative_to(data))
    for folder in folders:
        sync_path(folder)


def _require_empty(data: Path) -> None:
    """Raises `Conflict` if the data folder has files of an installation. Removes those of a killed restore."""
    if (data / RESTORING).exists():
        _remove_files(data)
        return
    for top in TOPS:
        if (found := next(_files(data / top), None)) is not None:
            raise Conflict(
                f"The data folder {data} is not empty: it has {found.relative_to(data)}.",
                hint="Restore into an empty folder: set SOKHAN_DATA to another one, or move this one away.",
            )


def _files(place: Path) -> Iterator[Path]:
    """The files of an installation at or below a path; the cache of speech is none."""
    if place.is_symlink() or place.is_file():
        yield place
        return
    for folder, folders, names in os.walk(place):
        if RESUMABLE in folders and Path(folder).name == "uploads":
            folders.remove(RESUMABLE)
        yield from (Path(folder, name) for name in names if not name.endswith(".speech"))


def _remove_files(data: Path) -> None:
    """Remove every file that a restore may have written. Folders at the top may be mounts, and stay."""
    for top in TOPS:
        place = data / top
        if place.is_file():
            place.unlink()
        elif place.is_dir():
            for below in place.iterdir():
                if below.is_dir() and not below.is_symlink():
                    remove_tree(below)
                else:
                    below.unlink()


def _require_space(index: BackupIndex, target: RestoreTarget) -> None:
    documents = sum(member.size for _, member in index.below(STORE))
    files = index.size - documents
    stored_here = target.store_url.startswith("sqlite:")
    require_free(target.free(target.data), files + (_STORE_SHARE * documents if stored_here else 0), target.data)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Hold the lock of `sokhan up`. Raises `Conflict` if a platform runs with this data folder."""
    with (data / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Conflict(f"Sokhan runs with the data folder {data}.", hint="Stop it first.") from error
        yield

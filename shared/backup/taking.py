"""Takes a backup of an installation while it runs.

1. Copy the files. This takes long, and the platform publishes and removes things meanwhile.
2. Read the store.
3. Copy the files that are new or changed since 1. What the store names was published before it was read, so now it is
   in the backup, unless it was removed in between.
4. If a thing that the store names is neither in the data folder nor in the backup, it was removed after the store was
   read: read the store again (2), for its document goes soon after its files. A run that removes a checkpoint every
   moment is never caught up with: after some tries, the records of what is missing are left out.
5. Drop copies of what is gone from both. Write the index, sync, rename.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from shared.backup.copying import UnitCopier
from shared.backup.documents import write_documents
from shared.backup.files import Pace, full_disk, require_free, unreadable
from shared.backup.index import DATA, INDEX, STORE, BackupHeader, BackupMember, LeftOut, write_index
from shared.backup.references import named_units, without_missing
from shared.contracts.errors import Conflict
from shared.files import DataTree, remove_tree, try_lock
from shared.files.archive import free_bytes
from shared.files.atomic import sync_path
from shared.store import Store
from shared.store.snapshot import store_bytes, store_snapshot
from shared.tasks import in_thread

_TRIES = 3
# A removal deletes the document moments after the files; the scanner's walk of a large folder takes seconds.
_PAUSE_S = 2.0
# The copy of the SQLite file, and its documents as text.
_STORE_SHARE = 2
_COPIES = frozenset(f"snapshot.db{end}" for end in ("", "-journal", "-shm", "-wal"))
_OURS = frozenset({INDEX, STORE, DATA, "incoming", *_COPIES})

Snapshot = Callable[[str, Path], AbstractAsyncContextManager[tuple[Store, int]]]


@dataclass(frozen=True, slots=True)
class BackupTaken:
    """`missing`: units that the store names and the data folder does not have, on the running platform too.

    `unsettled`: units that changed all the time, such as a folder that a person is copying; they are not in the backup.
    `damaged`: files that differ from their asset's manifest.
    """

    path: Path
    files: int
    bytes: int
    left_out: tuple[LeftOut, ...] = ()
    missing: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackupSource:
    """The installation. `report` gets the bytes copied so far, in a thread. `snapshot`, `sleep`, `free`: for tests."""

    tree: DataTree
    store_url: str = field(repr=False)
    version: str
    now: Callable[[], datetime]
    report: Callable[[int], None] = lambda _: None
    snapshot: Snapshot = store_snapshot
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    free: Callable[[Path], int] = free_bytes


async def take_backup(source: BackupSource, target: Path, without: Collection[str] = ()) -> BackupTaken:
    """Write a backup to `target`, a folder that does not exist. `without`: `models`, `datasets`, as of `UnitCopier`.

    Raises `Conflict` if the target exists, `NoSpace`, `StoreUnavailable`, `StoreTooNew`.
    """
    target = target.absolute()  # noqa: ASYNC240 - it reads no disk
    part = target.with_name(f"{target.name}.part")
    _check_target(source.tree, target)
    await asyncio.to_thread(source.tree.locks.mkdir, parents=True, exist_ok=True)
    with try_lock(part, source.tree.locks) as alone:
        if not alone:
            raise Conflict(f"Another backup to {target} is running.")
        await asyncio.to_thread(_make_part, part)
        try:
            return await _take(source, target, part, without)
        except OSError as error:
            raise full_disk(error, part.parent) or unreadable(error) from error
        finally:
            await asyncio.to_thread(remove_tree, part)


async def _take(source: BackupSource, target: Path, part: Path, without: Collection[str]) -> BackupTaken:
    pace = Pace(source.report)
    copier = UnitCopier(source.tree, part, pace, without)
    stored = await asyncio.to_thread(store_bytes, source.store_url)
    needed = await asyncio.to_thread(copier.size) + _STORE_SHARE * stored
    require_free(source.free(part), needed, part.parent)
    await in_thread(copier.copy_changes, pace.stop)
    version, documents, missing = await _settle(source, part, copier, pace)
    header = BackupHeader(
        created_at=source.now(), sokhan=source.version, store_version=version, left_out=copier.left_out
    )
    members = [*documents, *copier.members]
    await asyncio.to_thread(_finish, part, target, copier, header, members)
    return BackupTaken(
        path=target,
        files=len(members),
        bytes=sum(member.size for member in members),
        left_out=copier.left_out,
        missing=tuple(sorted(missing)),
        unsettled=tuple(copier.unsettled),
        damaged=tuple(copier.damaged),
    )


async def _settle(
    source: BackupSource, part: Path, copier: UnitCopier, pace: Pace
) -> tuple[int, list[BackupMember], set[str]]:
    """Steps 2 to 5. Returns the store's version, the files of its documents, and the units that are missing."""
    missing: set[str] = set()
    for attempt in range(_TRIES):
        if attempt:
            await source.sleep(_PAUSE_S)
        missing_before = missing
        await asyncio.to_thread(remove_tree, part / STORE)
        async with source.snapshot(source.store_url, part) as (store, version):
            documents = await write_documents(store, part)
        await in_thread(copier.copy_changes, pace.stop)
        named = await asyncio.to_thread(named_units, part, documents)
        missing = {unit for unit in named if not copier.has(unit)}
        if not missing:
            break
    await asyncio.to_thread(copier.drop_removed, named)
    documents = await asyncio.to_thread(without_missing, part, documents, missing)
    # What only the last reading names was removed a moment ago.
    return version, documents, missing & missing_before - set(copier.unsettled)


def _check_target(tree: DataTree, target: Path) -> None:
    if target.exists():
        raise Conflict(f"{target} exists already.", hint="Give the name of a folder that does not exist yet.")
    if not target.parent.is_dir():
        raise Conflict(f"The folder {target.parent} does not exist.")
    root = tree.root.resolve()
    if target.resolve().is_relative_to(root):
        raise Conflict(f"{target} is inside the data folder {root}.", hint="Choose a place on another disk.")


def _make_part(part: Path) -> None:
    """Replace what a killed backup has left. Raises `Conflict` for a folder that is none."""
    if part.is_dir() and not {path.name for path in part.iterdir()} <= _OURS:
        raise Conflict(f"{part} is in the way, and is not an interrupted backup.", hint="Move it, or use another name.")
    remove_tree(part)
    part.mkdir()


def _finish(part: Path, target: Path, copier: UnitCopier, header: BackupHeader, members: list[BackupMember]) -> None:
    shutil.rmtree(part / "incoming", ignore_errors=True)
    copier.sync_folders()
    if (part / STORE).is_dir():
        sync_path(part / STORE)
    write_index(part, header, members)
    sync_path(part)
    part.rename(target)
    sync_path(target.parent)

"""Verifies a backup without a running platform and without writing anything."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.backup.documents import collections_of, read_pages
from shared.backup.errors import BadBackup
from shared.backup.files import Pace, check_member, hash_open, member_lines, open_member
from shared.backup.index import DATA, BackupHeader, BackupIndex, read_index
from shared.files.names import visible
from shared.files.units import TOPS
from shared.store.migrations import MIGRATIONS


@dataclass(frozen=True, slots=True)
class Verified:
    header: BackupHeader
    files: int
    bytes: int
    documents: int


def verify(backup: Path, pace: Pace | None = None) -> Verified:
    """Read every file of a backup and every document. Blocking.

    Raises `BadBackup` if it is damaged, incomplete, or of a newer version, and `Stopped` after `Pace.stop`.
    """
    pace = pace or Pace()
    index = read_checked_index(backup)
    documents = 0
    for _, member in index.below(DATA):
        with open_member(backup, member) as file:
            check_member(member, *hash_open(file, pace))
    for collection, member in collections_of(index):
        with member_lines(backup, member) as file:
            check_member(member, *hash_open(file, pace))
            file.seek(0)
            documents += sum(len(page) for page in read_pages(file, collection))
    return Verified(index.header, len(index.members), index.size, documents)


def read_checked_index(backup: Path) -> BackupIndex:
    """The index, if this version can restore it. Raises `BadBackup`."""
    index = read_index(backup)
    if index.header.store_version > len(MIGRATIONS):
        raise BadBackup(
            f"The backup has a store of version {index.header.store_version}, this code knows versions up to "
            f"{len(MIGRATIONS)}.",
            hint=f"Restore it with Sokhan {index.header.sokhan}, which made it, or a later one.",
        )
    for path, _ in index.below(DATA):
        if path.partition("/")[0] not in TOPS:
            raise BadBackup(f"The backup has a file that no backup holds: {visible(path)}")
    return index

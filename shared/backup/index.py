"""`index.jsonl`: the header, the files and the end of a backup.

The end has the number of files and the sha256 of all lines before it, so that a cut or changed index is detected. It
proves no origin: whoever can write a backup can write its index.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from shared.backup.errors import BadBackup
from shared.files.layout import safe_relative
from shared.files.names import visible
from shared.files.opening import open_below

INDEX = "index.jsonl"
FORMAT = 1
STORE, DATA = "store", "data"
_LINE_BYTES = 64 << 10  # a path of 4 KB in JSON's escapes; more is not a line of an index
_MAX_MEMBERS = 20_000_000  # files of a hundred data sets at the limit of one

M = TypeVar("M", bound=BaseModel)


class LeftOut(BaseModel):
    """An asset of the Hub that is not in the backup, because it can be downloaded again."""

    model_config = ConfigDict(frozen=True)

    path: str
    repo_id: str
    commit: str | None = None


class BackupHeader(BaseModel):
    """`store_version`: the version of the store's schema (shared/store/migrations.py)."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    created_at: AwareDatetime
    sokhan: str
    store_version: int = Field(ge=0)
    left_out: tuple[LeftOut, ...] = ()


class BackupMember(BaseModel):
    """`path` relative to the backup, with `/`; `size` in bytes."""

    model_config = ConfigDict(frozen=True)

    path: str
    size: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    mtime_ns: int = 0


class _End(BaseModel):
    members: int
    sha256: str


@dataclass(frozen=True, slots=True)
class BackupIndex:
    header: BackupHeader
    members: tuple[BackupMember, ...]

    @property
    def size(self) -> int:
        return sum(member.size for member in self.members)

    def below(self, folder: str) -> Iterator[tuple[str, BackupMember]]:
        """The members in `store` or `data`, each with its path there."""
        for member in self.members:
            if member.path.startswith(f"{folder}/"):
                yield member.path.removeprefix(f"{folder}/"), member


def write_index(folder: Path, header: BackupHeader, members: Iterable[BackupMember]) -> int:
    """Write the index and sync it. Returns the number of members. Blocking."""
    digest, count = hashlib.sha256(), 0
    with (folder / INDEX).open("xb") as file:
        for line in (header, *members):
            text = line.model_dump_json().encode() + b"\n"
            digest.update(text)
            file.write(text)
            count += 1
        end = _End(members=count - 1, sha256=digest.hexdigest())
        file.write(end.model_dump_json().encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return count - 1


def read_index(folder: Path) -> BackupIndex:
    """The index of a complete backup. Blocking.

    Raises `BadBackup` if it is missing, cut, changed, of a newer format, or names a path outside of the backup.
    """
    try:
        with open_below(folder, INDEX) as raw, os.fdopen(os.dup(raw.fileno()), "rb") as file:
            return _read(file)
    except FileNotFoundError:
        raise BadBackup(
            f"{folder} is not a complete backup: it has no {INDEX}.",
            hint="One whose name ends in .part was interrupted.",
        ) from None
    except OSError as error:
        raise BadBackup(f"{folder}/{INDEX} cannot be read: {error.strerror or error}.") from error


def _read(file: BinaryIO) -> BackupIndex:
    digest = hashlib.sha256()
    line = file.readline(_LINE_BYTES)
    header = _parsed(BackupHeader, line, "header")
    if header.format != FORMAT:
        raise BadBackup(
            f"The backup has format {header.format}, this version of Sokhan reads format {FORMAT}.",
            hint="Restore it with the version of Sokhan that made it, or a later one.",
        )
    members: list[BackupMember] = []
    paths: set[str] = set()
    while True:
        digest.update(line)
        line = file.readline(_LINE_BYTES)
        if line.startswith(b'{"members":'):
            break
        member = _parsed(BackupMember, line, "line")
        _check_path(member.path, paths)
        members.append(member)
        if len(members) > _MAX_MEMBERS:
            raise BadBackup(f"The index of the backup has more than {_MAX_MEMBERS:,} files.")
    end = _parsed(_End, line, "end")
    if end.members != len(members) or end.sha256 != digest.hexdigest() or file.read(1):
        raise BadBackup("The index of the backup was changed or is damaged.")
    _check_folders(paths)
    return BackupIndex(header, tuple(members))


def _parsed(model: type[M], line: bytes, what: str) -> M:
    if not line.endswith(b"\n"):
        raise BadBackup("The index of the backup is cut off.")
    try:
        return model.model_validate_json(line)
    except ValidationError:
        raise BadBackup(f"The index of the backup has a {what} that cannot be read.") from None


def _check_path(path: str, known: set[str]) -> None:
    relative = safe_relative(path)
    if relative is None or str(relative) != path or relative.parts[0] not in {STORE, DATA} or len(relative.parts) < 2:
        raise BadBackup(f"The backup names a path outside of its folders: {visible(path)}")
    if path in known:
        raise BadBackup(f"The backup names a file twice: {visible(path)}")
    known.add(path)


def _check_folders(paths: set[str]) -> None:
    """Raises `BadBackup` for a path that is both a file and a folder."""
    folders = {path.rpartition("/")[0] for path in paths}
    while folders:
        if both := folders & paths:
            raise BadBackup(f"The backup has a file and a folder of one name: {visible(min(both))}")
        folders = {parent for folder in folders if (parent := folder.rpartition("/")[0])}

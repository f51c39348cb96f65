"""The documents of a store as files: `store/<collection>.jsonl`, one document a line."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Self

from shared.backup.errors import BadBackup
from shared.backup.index import STORE, BackupIndex, BackupMember
from shared.contracts.errors import Validation
from shared.contracts.kinds import JOB_TYPES
from shared.store import COLLECTIONS, Document, Store, codec
from shared.store.values import MAX_BYTES, normal_document

_PAGE = 200
_ENDING = ".jsonl"
# Jobs are read before the records that they name: a record that is written meanwhile is then in the backup too.
_JOBS = tuple(job_type.collection for job_type in JOB_TYPES.values())
ORDER = (*_JOBS, *(name for name in COLLECTIONS if name not in {*_JOBS, "meta"}))


async def write_documents(store: Store, backup: Path) -> list[BackupMember]:
    """Write every collection that has documents. Raises `StoreUnavailable`, `OSError`."""
    (backup / STORE).mkdir()
    return [member for name in ORDER if (member := await _write(store, name, backup)) is not None]


async def _write(store: Store, collection: str, backup: Path) -> BackupMember | None:
    with _DocumentFile(backup, collection) as lines:
        cursor: str | None = None
        while True:
            page = await store.find(collection, limit=_PAGE, cursor=cursor)
            await asyncio.to_thread(lines.add, page.items)
            if page.next is None:
                return lines.finish()
            cursor = page.next


def write_lines(backup: Path, collection: str, documents: Sequence[Document]) -> BackupMember | None:
    """Write the file of a collection. None, and no file, without documents. Blocking. Raises `OSError`."""
    with _DocumentFile(backup, collection) as lines:
        lines.add(documents)
        return lines.finish()


class _DocumentFile:
    """The file of a collection that is being written."""

    def __init__(self, backup: Path, collection: str) -> None:
        self._path = f"{STORE}/{collection}{_ENDING}"
        self._target = backup / self._path
        self._file = self._target.open("xb")
        self._digest, self._size = hashlib.sha256(), 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, documents: Sequence[Document]) -> None:
        for document in documents:
            line = codec.dumps(document).encode() + b"\n"
            self._digest.update(line)
            self._size += len(line)
            self._file.write(line)

    def finish(self) -> BackupMember | None:
        self._file.flush()
        os.fsync(self._file.fileno())
        if not self._size:
            self._target.unlink()
            return None
        return BackupMember(path=self._path, size=self._size, sha256=self._digest.hexdigest())


def collections_of(index: BackupIndex) -> Iterator[tuple[str, BackupMember]]:
    """The collections of a backup. Raises `BadBackup` for a name that is none of them."""
    for name, member in index.below(STORE):
        collection = name.removesuffix(_ENDING)
        if collection not in ORDER or collection == name:
            raise BadBackup(f"The backup has a collection that this version of Sokhan does not know: {name:.60}")
        yield collection, member


def read_pages(file: IO[bytes], collection: str) -> Iterator[list[Document]]:
    """The documents of a file, in pages. Blocking. Raises `BadBackup` for a line that is not a document."""
    page: list[Document] = []
    number = 0
    while line := file.readline(MAX_BYTES + 1):
        number += 1
        page.append(_document(line, f"line {number} of {collection}"))
        if len(page) == _PAGE:
            yield page
            page = []
    if page:
        yield page


def _document(line: bytes, where: str) -> Document:
    try:
        value = codec.loads(line.decode()) if line.endswith(b"\n") else None
        if not isinstance(value, dict):
            raise BadBackup(f"The backup is damaged: {where} is not a document.")
        return normal_document(value)
    except (ValueError, RecursionError, OverflowError):
        raise BadBackup(f"The backup is damaged: {where} is not a document.") from None
    except Validation as error:
        raise BadBackup(f"The backup is damaged: {where}: {error.message}") from error

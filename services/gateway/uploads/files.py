"""Open uploads on disk (ADR 33).

    uploads/resumable/<id>.json    the record, written once: owner, length, the client's metadata
    uploads/resumable/<id>.data    the bytes so far: the file's size is the offset, its mtime the last byte's time
    uploads/<id>                   after the import has begun, until the scanner has installed it

An upload exists as long as its record. Everything here is blocking.
"""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from services.gateway.uploads.errors import UploadLocked
from shared.contracts.errors import Conflict, NotFound
from shared.files import DataTree, write_atomic
from shared.files.atomic import sync_path

_ID = re.compile(r"[0-9a-f]{32}")
_MAX_RECORD = 64 * 1024


class UploadRecord(BaseModel):
    """`length` in bytes; `metadata` is the client's header as it was sent."""

    model_config = ConfigDict(frozen=True)

    id: str
    owner: str
    length: int
    metadata: str = ""
    file_name: str | None = None
    created_at: AwareDatetime


@dataclass(frozen=True, slots=True)
class OpenUpload:
    """`offset`: the number of bytes on disk; `touched`: the time of the last one, in seconds since the epoch."""

    record: UploadRecord
    offset: int
    touched: float

    @property
    def complete(self) -> bool:
        return self.offset == self.record.length


class UploadFiles:
    def __init__(self, tree: DataTree) -> None:
        self._tree = tree
        self._folder = tree.resumable

    @property
    def folder(self) -> Path:
        return self._folder

    def create(self, record: UploadRecord) -> OpenUpload:
        """Write an empty file, then the record."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._data(record.id).open("xb"):
            pass
        write_atomic(self._record(record.id), record.model_dump_json().encode())
        return self.find(record.id)

    def find(self, id: str) -> OpenUpload:
        """Raises `NotFound`."""
        try:
            record = self.record(id)
            status = self._existing(id).stat()
        except OSError as error:
            raise unknown(id) from error
        return OpenUpload(record, status.st_size, status.st_mtime)

    def record(self, id: str) -> UploadRecord:
        """The record, whether or not its bytes are still here. Raises `NotFound`."""
        if not _ID.fullmatch(id):
            raise unknown(id)
        try:
            with self._record(id).open("rb") as file:
                return UploadRecord.model_validate_json(file.read(_MAX_RECORD))
        except (OSError, ValidationError) as error:
            raise unknown(id) from error

    def all(self) -> list[OpenUpload]:
        """Those with a readable record, the oldest first."""
        found = []
        for path in self._entries(".json"):
            with suppress(NotFound):
                found.append(self.find(path.stem))
        return sorted(found, key=lambda upload: (upload.record.created_at, upload.record.id))

    @contextmanager
    def appending(self, id: str, offset: int) -> Iterator[BinaryIO]:
        """The file, positioned at its end and locked against other writers, of other processes too.

        Raises `NotFound`, `UploadLocked`, and `Conflict` if the file does not end at `offset`.
        """
        with self._locked(id) as file:
            size = os.fstat(file.fileno()).st_size
            if size != offset:
                raise Conflict(
                    f"The upload has {size:,} bytes, not {offset:,}.",
                    hint="Ask for Upload-Offset with HEAD, and go on.",
                )
            file.seek(size)
            yield file

    @contextmanager
    def _locked(self, id: str) -> Iterator[BinaryIO]:
        try:
            file = self._data(id).open("r+b", buffering=0)
        except OSError as error:
            raise unknown(id) from error
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise UploadLocked(
                    "Another request is writing to this upload.",
                    hint="Wait until it ends; a connection that broke silently is let go after half a minute.",
                ) from error
            yield file

    def move(self, id: str) -> Path:
        """Move the bytes to where the scanner imports from. A repeated call finds them there. Raises `NotFound`."""
        target = self._tree.uploads / id
        if self._data(id).exists():
            with self._locked(id):
                self._data(id).replace(target)
            sync_path(target.parent)
        # The scanner removes a day-old file without a job, and may have listed the jobs before this one existed.
        try:
            os.utime(target)
        except FileNotFoundError as error:
            raise unknown(id) from error
        return target

    def is_moved(self, id: str) -> bool:
        """Whether the bytes are where the scanner imports from."""
        return not self._data(id).exists() and (self._tree.uploads / id).exists()

    def forget(self, id: str) -> None:
        """Remove the record: the bytes belong to a job now."""
        self._record(id).unlink(missing_ok=True)

    def remove(self, id: str) -> None:
        """Remove the upload, also while it is written to: the writer finds that its file has no name any more."""
        self._record(id).unlink(missing_ok=True)
        self._existing(id).unlink(missing_ok=True)

    def remove_orphans(self, before: float) -> int:
        """Remove files without a record, of a killed process, that are older than `before`. Returns their number."""
        count = 0
        for path in self._entries(""):
            whole = path.suffix in {".json", ".data"} and self._is_whole(path.stem)
            with suppress(FileNotFoundError):
                if not whole and path.lstat().st_mtime < before:
                    path.unlink()
                    count += 1
        return count

    def _is_whole(self, id: str) -> bool:
        return self._record(id).exists() and self._existing(id).exists()

    def _entries(self, suffix: str) -> list[Path]:
        try:
            return [path for path in self._folder.iterdir() if path.name.endswith(suffix)]
        except FileNotFoundError:  # the first upload makes it
            return []

    def _existing(self, id: str) -> Path:
        data = self._data(id)
        return data if data.exists() else self._tree.uploads / id

    def _data(self, id: str) -> Path:
        return self._folder / f"{id}.data"

    def _record(self, id: str) -> Path:
        return self._folder / f"{id}.json"


def unknown(id: str) -> NotFound:
    return NotFound(
        f"There is no upload {id[:64]}.", hint="It may have expired. Create another with POST /api/uploads."
    )

"""The objects of a bucket, and what a site remembers of them.

    blobs/sha256/<2 digits>/<hash>      a piece of a file: 16 MiB, the last one shorter
    manifests/<unit>/<revision>.json    the files of one revision of a unit: `UnitManifest`
    current/<unit>                      which revision is in force: `Pointer`, replaced under the condition of its ETag

A unit is a folder or a file of the data tree that is published as a whole (shared/files/units.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from shared.contracts.wire import Wire

PIECE_BYTES = 16 * 1024 * 1024
"""A broken upload goes on after its last piece; four pieces at once take 64 MiB of memory."""
BLOBS, MANIFESTS, CURRENT = "blobs/sha256/", "manifests/", "current/"

Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]


class UnitFile(Wire):
    """`path` is relative to the unit, empty if the unit is a file. `pieces`: their hashes, in order."""

    path: str
    size: int = Field(ge=0)
    mtime_ns: int
    pieces: tuple[Sha256, ...]


class UnitManifest(Wire):
    """The files of one revision, sorted by path. The revision is the hash of this document."""

    schema_: Literal["sokhan.unit/1"] = Field("sokhan.unit/1", alias="schema")
    unit: str
    folder: bool
    piece_bytes: int = Field(PIECE_BYTES, gt=0, le=1 << 30)
    files: tuple[UnitFile, ...]

    @property
    def revision(self) -> str:
        return hashlib.sha256(self.to_wire()).hexdigest()[:32]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


class Pointer(Wire):
    """`revision` is None for a unit that was removed. `id` differs each time, so that no two pointers have one ETag."""

    schema_: Literal["sokhan.pointer/1"] = Field("sokhan.pointer/1", alias="schema")
    revision: str | None
    at: AwareDatetime
    id: str


class SiteRecord(Wire):
    """What a site knows of a unit: the pointer that it saw last, and the files that it had then.

    `pending`: the revision that it was about to point to; after a kill the pointer may have it or not.
    """

    unit: str
    etag: str | None = None
    revision: str | None = None
    pending: str | None = None
    files: tuple[UnitFile, ...] = ()

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def by_path(self) -> Mapping[str, UnitFile]:
        return {file.path: file for file in self.files}


def blob_key(sha256: str) -> str:
    return f"{BLOBS}{sha256[:2]}/{sha256}"


def manifest_key(unit: str, revision: str) -> str:
    return f"{MANIFESTS}{unit}/{revision}.json"


def pointer_key(unit: str) -> str:
    return f"{CURRENT}{unit}"

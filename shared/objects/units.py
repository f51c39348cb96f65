"""The units in a bucket: pointers, manifests, pieces."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pydantic import ValidationError

from shared.contracts.errors import HashMismatch, Unavailable
from shared.files.layout import safe_relative
from shared.files.units import is_unit
from shared.objects.documents import CURRENT, Pointer, UnitManifest, blob_key, manifest_key, pointer_key
from shared.objects.errors import Changed, Superseded

if TYPE_CHECKING:  # the client of S3 is loaded where a bucket is used
    from shared.objects.bucket import Bucket

_TRIES = 3


@dataclass(frozen=True, slots=True)
class SeenPointer:
    pointer: Pointer
    etag: str


@dataclass(frozen=True, slots=True)
class BucketUnits:
    """Every method blocks and raises `Unavailable`.

    `refresh_after`: an unreferenced piece may be collected after the grace period, so a publisher writes a piece of
    this age again instead of counting on it.
    """

    bucket: Bucket
    now: Callable[[], datetime]
    refresh_after: timedelta
    stop: threading.Event = field(default_factory=threading.Event)
    """Set: the next piece is neither stored nor fetched."""

    def pointers(self) -> dict[str, str]:
        """The ETag of the pointer of every unit, removed ones too.

        A key that names no unit is left out: a stolen key of a worker must not name a file beside the units.
        """
        named = ((stored.key.removeprefix(CURRENT), stored.etag) for stored in self.bucket.list(CURRENT))
        return {unit: etag for unit, etag in named if is_unit(unit)}

    def pointer(self, unit: str) -> SeenPointer | None:
        """Raises `Unavailable` also for a pointer that a newer Sokhan has written."""
        read = self.bucket.read(pointer_key(unit))
        if read is None:
            return None
        try:
            return SeenPointer(Pointer.model_validate_json(read[0]), read[1])
        except ValidationError as error:
            raise Unavailable(f"The pointer of {unit} in the bucket cannot be read.", hint="Update Sokhan.") from error

    def point(self, unit: str, revision: str | None, etag: str | None) -> str:
        """Put a revision in force, or None for a removal. `etag`: of the pointer that the caller has seen, if any.

        Returns the new ETag. Raises `Superseded`. An answer that was lost on the way is no failure.
        """
        pointer = Pointer(revision=revision, at=self.now(), id=uuid.uuid4().hex)
        key, content = pointer_key(unit), pointer.to_wire()
        try:
            return self.bucket.create(key, content) if etag is None else self.bucket.replace(key, content, etag)
        except Changed as error:
            seen = self.pointer(unit)
            if seen is not None and seen.pointer.revision == revision:
                return seen.etag
            raise Superseded(unit) from error

    def write_manifest(self, manifest: UnitManifest) -> None:
        self.bucket.write(manifest_key(manifest.unit, manifest.revision), manifest.to_wire(), large=True)

    def manifest(self, unit: str, revision: str) -> UnitManifest:
        """Raises `HashMismatch` for a manifest that is not the one of this revision or leads out of the unit."""
        read = self.bucket.read(manifest_key(unit, revision), large=True)
        if read is None:
            raise HashMismatch(f"The manifest of {unit} is not in the bucket.", hint="Publish it again.")
        try:
            manifest = UnitManifest.model_validate_json(read[0])
        except ValidationError as error:
            raise HashMismatch(f"The manifest of {unit} in the bucket cannot be read.") from error
        if manifest.revision != revision or manifest.unit != unit or not _is_safe(manifest):
            raise HashMismatch(f"The manifest of {unit} in the bucket is not the one that was published.")
        return manifest

    def store_piece(self, content: bytes) -> str:
        """Store a piece, unless the bucket has it. Returns its hash."""
        self.go_on()
        sha256 = hashlib.sha256(content).hexdigest()
        found = self.bucket.find(blob_key(sha256))
        if found is None or found.size != len(content) or self.now() - found.modified > self.refresh_after:
            self.bucket.write(blob_key(sha256), content, large=True)
        return sha256

    def piece(self, sha256: str, size: int) -> bytes:
        """A piece, whole and right. Raises `HashMismatch`."""
        self.go_on()
        for _ in range(_TRIES):
            read = self.bucket.read(blob_key(sha256), large=True)
            if read is not None and len(read[0]) == size and hashlib.sha256(read[0]).hexdigest() == sha256:
                return read[0]
        raise HashMismatch(
            f"A piece in the bucket is {'missing' if read is None else 'damaged'}: {sha256[:12]}.",
            hint=f"Delete {blob_key(sha256)} in the bucket: the site that has the file stores it again within a day.",
        )

    def go_on(self) -> None:
        """Raises `Unavailable` once this service stops."""
        if self.stop.is_set():
            raise Unavailable("This service is stopping.")


def _is_safe(manifest: UnitManifest) -> bool:
    """Whether every file stays inside the unit and has the pieces of its size."""
    paths = [file.path for file in manifest.files]
    right_names = all(str(safe_relative(path)) == path for path in paths) if manifest.folder else paths == [""]
    whole = all(len(file.pieces) == -(-file.size // manifest.piece_bytes) for file in manifest.files)
    return right_names and whole and len(set(paths)) == len(paths)

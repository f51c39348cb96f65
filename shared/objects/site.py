"""One data folder beside a bucket: publishes units of it and fetches units into it.

Work happens in the data folder. What is complete is published: pieces first, then the manifest, then the pointer, so a
reader sees the old revision or the new one and never a part. A kill at any step leaves pieces that the next try finds.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from shared.contracts.errors import NotFound, UnsupportedFile
from shared.files.layout import DataTree, safe_relative
from shared.files.lock import try_lock, wait_lock
from shared.files.units import FileLook, UnitLook, is_unit, look
from shared.objects.documents import PIECE_BYTES, SiteRecord, UnitFile, UnitManifest
from shared.objects.errors import Busy, Superseded
from shared.objects.fetching import fetch_files, staging_of, swap
from shared.objects.parallel import for_each
from shared.objects.records import SiteRecords
from shared.objects.units import BucketUnits, SeenPointer


@dataclass(frozen=True, slots=True)
class Site:
    """Every method blocks and raises `Unavailable` without the bucket. One process at a time works on a unit."""

    tree: DataTree
    units: BucketUnits
    records: SiteRecords
    piece_bytes: int = PIECE_BYTES

    def publish(
        self, unit: str, *, again: bool = False, over: bool = False, given_up: threading.Event | None = None
    ) -> str:
        """Publish a unit as it is on the disk. Returns its revision.

        `again`: also what the bucket should have already; `over`: also over what this site has not seen; `given_up`:
        set when the caller is cancelled, since a thread cannot be.
        Raises `FileNotFoundError`, `Busy` if it changes meanwhile or is given up, `Superseded` if another site has
        published it since this one has seen it, `UnsupportedFile` for a name that no object can have, `OSError`.
        """
        if not is_unit(unit):
            raise UnsupportedFile(f"The name of {unit!r} cannot be that of an object.", hint="Rename the folder.")
        with self._alone(unit):
            record = self.records.read(unit)
            before = look(self.tree, unit)
            if before is None:
                raise FileNotFoundError(unit)
            files = self._store(unit, before, {} if again else record.by_path, given_up)
            with self._unlocked(unit):
                if look(self.tree, unit) != before:
                    raise Busy(unit)
            folder = (self.tree.root / unit).is_dir()
            manifest = UnitManifest(unit=unit, folder=folder, piece_bytes=self.piece_bytes, files=files)
            in_force = record.etag is not None and record.revision == manifest.revision
            if again or not in_force:
                self.units.write_manifest(manifest)
            if in_force:
                return manifest.revision
            self.records.write(record.model_copy(update={"pending": manifest.revision}))
            _require_wanted(unit, given_up)
            etag = self._point(unit, manifest.revision, record, over=over)
            self.records.write(SiteRecord(unit=unit, etag=etag, revision=manifest.revision, files=files))
            return manifest.revision

    def fetch(self, unit: str, keep: Collection[str] = ()) -> str:
        """Bring a unit to the revision that is in force. Returns it.

        `keep`: files of the unit here that stay as they are. Raises `NotFound` if the unit was never published or was
        removed, `HashMismatch`, `NoSpace`, `Busy`, `OSError`.
        """
        with self._alone(unit):
            seen = self.units.pointer(unit)
            if seen is None or seen.pointer.revision is None:
                raise NotFound(f"{unit} is not in the bucket.")
            record = self.records.read(unit)
            if record.revision == seen.pointer.revision and not self.changed_here(unit, record):
                if record.etag != seen.etag:
                    self.records.write(record.model_copy(update={"etag": seen.etag}))
                return seen.pointer.revision
            return self._fetch(unit, seen, record, keep)

    def remove(self, unit: str, *, over: bool = False) -> None:
        """Say in the bucket that the unit was removed; the files here are the caller's. Raises `Superseded`."""
        with self._alone(unit):
            record = self.records.read(unit)
            if record.etag is not None or (over and self.units.pointer(unit) is not None):
                self.records.write(SiteRecord(unit=unit, etag=self._point(unit, None, record, over=over)))

    def adopt(self, unit: str) -> None:
        """Take note of the removal of a unit: what is here, if anything, may be published anew."""
        with self._alone(unit):
            seen = self.units.pointer(unit)
            if seen is not None and seen.pointer.revision is None:
                self.records.write(SiteRecord(unit=unit, etag=seen.etag))

    def forget(self, unit: str) -> None:
        """Drop the record of a unit that the bucket does not know: all of its files are published anew."""
        with self._alone(unit):
            if self.units.pointer(unit) is None:
                self.records.drop(unit)

    def changed_here(self, unit: str, record: SiteRecord | None = None) -> bool:
        """Whether the files differ from those that were published or fetched last."""
        record = record or self.records.read(unit)
        now = look(self.tree, unit)
        if now is None:
            return bool(record.files)
        known = {_below(unit, file.path): (file.size, file.mtime_ns) for file in record.files}
        return {path: (file.size, file.mtime_ns) for path, file in now.files.items()} != known

    def _store(
        self, unit: str, seen: UnitLook, known: Mapping[str, UnitFile], given_up: threading.Event | None
    ) -> tuple[UnitFile, ...]:
        """Store the pieces of every file that is not `known` to be in the bucket."""
        changed = {path: seen.files[path] for path in seen.files if not _is_known(unit, path, seen.files[path], known)}

        def store(piece: tuple[str, int]) -> str:
            _require_wanted(unit, given_up)
            return self._store_piece(*piece)

        # Pieces, not files, are stored at once: a model is one file.
        wanted = [
            (path, start) for path, file in sorted(changed.items()) for start in range(0, file.size, self.piece_bytes)
        ]
        hashes = dict(zip(wanted, for_each(store, wanted), strict=True))
        return tuple(
            known[_within(unit, path)]
            if path not in changed
            else UnitFile(
                path=_within(unit, path),
                size=file.size,
                mtime_ns=file.mtime_ns,
                pieces=tuple(hashes[path, start] for start in range(0, file.size, self.piece_bytes)),
            )
            for path, file in sorted(seen.files.items())
        )

    def _store_piece(self, path: str, start: int) -> str:
        with (self.tree.root / path).open("rb", buffering=0) as file:
            return self.units.store_piece(_read(file.fileno(), start, self.piece_bytes))

    def _point(self, unit: str, revision: str | None, record: SiteRecord, *, over: bool) -> str:
        """Returns the new ETag. Raises `Superseded`, `Busy` if the bucket has lost its pointer."""
        etag = record.etag
        while True:
            try:
                return self.units.point(unit, revision, etag)
            except Superseded:
                seen = self.units.pointer(unit)
                if seen is None:  # emptied: its pieces are gone, too, and the next try stores all of them
                    self.records.drop(unit)
                    raise Busy(unit) from None
                # A killed try of ours may have pointed to it.
                ours = record.pending is not None and seen.pointer.revision == record.pending
                if not (ours or over):
                    raise
                etag = seen.etag

    def _fetch(self, unit: str, seen: SeenPointer, record: SiteRecord, keep: Collection[str]) -> str:
        revision = seen.pointer.revision
        assert revision is not None, "a removed unit is not fetched"
        manifest = self.units.manifest(unit, revision)
        target = self.tree.root / unit
        staged = staging_of(self.tree, unit, revision)
        fetch_files(self.units, manifest, staged, target, record)
        with self._unlocked(unit):
            swap(staged, target, self.tree, folder=manifest.folder, keep=keep)
        self.records.write(SiteRecord(unit=unit, etag=seen.etag, revision=revision, files=manifest.files))
        return revision

    @contextmanager
    def _alone(self, unit: str) -> Iterator[None]:
        with wait_lock(self.records.path(unit), self.tree.locks):
            yield

    @contextmanager
    def _unlocked(self, unit: str) -> Iterator[None]:
        """Hold the lock that downloads and removals take for the block. Raises `Busy`."""
        with try_lock(self.tree.root / unit, self.tree.locks) as mine:
            if not mine:
                raise Busy(unit)
            yield


def _require_wanted(unit: str, given_up: threading.Event | None) -> None:
    if given_up is not None and given_up.is_set():
        raise Busy(unit)


def _within(unit: str, path: str) -> str:
    """The path in the unit. Raises `UnsupportedFile` for a name that a reader would refuse (`BucketUnits.manifest`)."""
    inside = path.removeprefix(unit).removeprefix("/")
    if inside and str(safe_relative(inside)) != inside:
        raise UnsupportedFile(
            f"A file of {unit} has a name in an unknown encoding, with a backslash, or that begins as C: does.",
            hint="Rename it.",
        )
    return inside


def _below(unit: str, path: str) -> str:
    return f"{unit}/{path}" if path else unit


def _is_known(unit: str, path: str, file: FileLook, known: Mapping[str, UnitFile]) -> bool:
    before = known.get(_within(unit, path))
    return before is not None and (before.size, before.mtime_ns) == (file.size, file.mtime_ns)


def _read(handle: int, start: int, size: int) -> bytes:
    """The bytes from `start`, up to `size`; fewer only at the end of the file."""
    parts: list[bytes] = []
    while size > 0 and (part := os.pread(handle, size, start)):
        parts.append(part)
        start, size = start + len(part), size - len(part)
    return b"".join(parts)

"""The plan of a download: the files of a commit, and the bytes already on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from shared.files import read_manifest
from shared.files.partial import bytes_here
from shared.hub.files import Listing, RemoteFile
from shared.hub.local import is_whole, recorded


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """`here`: the number of bytes on disk. A file of the right size counts as complete; the download verifies it."""

    path: str
    size: int
    here: int


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    commit: str
    files: tuple[PlannedFile, ...]

    @property
    def bytes_total(self) -> int:
        return sum(file.size for file in self.files)

    @property
    def bytes_here(self) -> int:
        return sum(file.here for file in self.files)

    @property
    def bytes_to_fetch(self) -> int:
        return self.bytes_total - self.bytes_here


def identity(file: RemoteFile, commit: str) -> str:
    """The id of a file's content in the journal of its partial file."""
    return file.etag or f"{commit}-without-hash"


def make_plan(listing: Listing, folder: Path | None) -> DownloadPlan:
    """The plan, from names, sizes, the manifest and the journals; reads no content. Blocking.

    Without a folder, nothing is on disk.
    """
    if folder is None:
        return DownloadPlan(listing.commit, tuple(PlannedFile(file.path, file.size, 0) for file in listing.files))
    known = recorded(read_manifest(folder))

    def planned(file: RemoteFile) -> PlannedFile:
        complete = is_whole(folder, file, known)
        here = (
            file.size
            if complete is not False
            else bytes_here(folder / file.path, identity(file, listing.commit), file.size)
        )
        return PlannedFile(file.path, file.size, here)

    return DownloadPlan(listing.commit, tuple(planned(file) for file in listing.files))

"""Gives verified files their final names, and writes down what is there.

A file of a new repository appears as soon as it is whole. Where another version is installed already, nothing of it
is touched until everything new has arrived and is verified: then all names change within moments, the manifest last.
"""

from __future__ import annotations

import os
from pathlib import Path

from shared.contracts.errors import Internal
from shared.files import MANIFEST, ManifestFile, read_manifest, remove_tree
from shared.files.atomic import sync_path
from shared.files.members import is_note
from shared.files.partial import part_paths
from shared.hub import Listing, RemoteFile
from shared.hub.local import forget, ignore_notes, is_whole, note, recorded


class Installer:
    """Every method blocks. `commit` is the one that is being installed."""

    def __init__(self, folder: Path, commit: str) -> None:
        self._folder = folder
        self._commit = commit
        before = read_manifest(folder)
        self._known = recorded(before)
        self._staged: list[RemoteFile] = []
        self._update = before is not None

    def whole(self, file: RemoteFile) -> bool | None:
        return is_whole(self._folder, file, self._known)

    def recorded_sha256(self, file: RemoteFile) -> str | None:
        entry = self._known.get(file.path)
        return file.sha256 or (entry.sha256 if entry and entry.git_sha1 == file.git_sha1 else None)

    def put(self, file: RemoteFile) -> None:
        """The partial file is whole and right."""
        if self._update and file.path in self._known:
            self._staged.append(file)
        else:
            self._rename(file)

    def accept(self, file: RemoteFile) -> None:
        """The file was there already and is right: leave the Hub client's note, so that it sees that too."""
        self._note(file)

    def finish(self, listing: Listing, hashes: dict[str, str], wanted: Listing) -> tuple[ManifestFile, ...]:
        """Everything is here: change the names that wait, remove what the new commit no longer has.

        `listing` is the whole commit, `wanted` what was asked for; the manifest's lines.
        """
        for file in self._staged:
            self._rename(file)
        keep = self._still_right(listing, {file.path for file in wanted.files})
        for path in self._known.keys() - {file.path for file in listing.files}:
            (self._folder / path).unlink(missing_ok=True)
            forget(self._folder, path)
        files = [self._line(file, hashes[file.path]) for file in wanted.files] + keep
        for folder in {(self._folder / file.path).parent for file in wanted.files}:
            sync_path(folder)
        return tuple(sorted(files, key=lambda line: line.path))

    def _still_right(self, listing: Listing, wanted: set[str]) -> list[ManifestFile]:
        """What an earlier download of other files of this repository installed, where the new commit has the same."""
        unchanged: list[ManifestFile] = []
        for file in listing.files:
            entry = self._known.get(file.path)
            if entry is not None and file.path not in wanted and self.whole(file):
                unchanged.append(entry)
        return unchanged

    def _rename(self, file: RemoteFile) -> None:
        target = self._folder / file.path
        part, journal = part_paths(target)
        try:
            part.replace(target)
        except OSError as error:
            raise Internal(
                f"{file.path} is whole but cannot be given its name: {os.strerror(error.errno or 0)}.",
                hint="Look at what is in its place under SOKHAN_DATA; then start it again: nothing is fetched twice.",
            ) from error
        journal.unlink(missing_ok=True)
        self._note(file)

    def _note(self, file: RemoteFile) -> None:
        if file.etag is not None:
            stat = (self._folder / file.path).stat()
            note(self._folder, file.path, self._commit, file.etag, stat.st_mtime)

    def _line(self, file: RemoteFile, sha256: str) -> ManifestFile:
        stat = (self._folder / file.path).stat()
        return ManifestFile(
            path=file.path, size=file.size, sha256=sha256, git_sha1=file.git_sha1, mtime_ns=stat.st_mtime_ns
        )


def prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    ignore_notes(folder)


def remove_if_empty(folder: Path) -> None:
    """Take away the folder of a download that left nothing."""
    if not folder.is_dir() or (folder / MANIFEST).exists():
        return
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if all(is_note(path) for path in files):
        remove_tree(folder)

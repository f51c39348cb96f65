"""Renames verified files to their final names and collects the manifest's lines.

A file of a new repository appears as soon as it is complete. If another version is installed, its files stay until all
new files are verified; then all renames happen within moments, the manifest last.
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
    """Every method blocks. `commit` is the one to install."""

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
        """Install a verified partial file: now, or at `finish` if it replaces an installed file."""
        if self._update and file.path in self._known:
            self._staged.append(file)
        else:
            self._rename(file)

    def accept(self, file: RemoteFile) -> None:
        """Record a file that was on disk already, in the notes of the Hub's own client too."""
        self._note(file)

    def finish(self, listing: Listing, hashes: dict[str, str], wanted: Listing) -> tuple[ManifestFile, ...]:
        """Do the postponed renames, remove files that the new commit does not have. Returns the manifest's lines.

        `listing`: all files of the commit; `wanted`: the requested ones.
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
        """The lines of files that an earlier download installed and the new commit has unchanged."""
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
                f"{file.path} is complete but cannot be renamed: {os.strerror(error.errno or 0)}.",
                hint="Check what has its name under SOKHAN_DATA, then start it again: nothing is fetched twice.",
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
    """Remove the folder of a download if it is empty."""
    if not folder.is_dir() or (folder / MANIFEST).exists():
        return
    files = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    if all(is_note(path) for path in files):
        remove_tree(folder)

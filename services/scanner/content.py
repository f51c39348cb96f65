"""The content of a folder, from names and file status only: no file is opened.

`shared/files/members.py` defines the content: bookkeeping is not listed and has no size. A link to a file counts as
that file; a link to a folder is not followed, because it could lead anywhere.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from shared.files import MANIFEST, safe_relative
from shared.files.members import DAMAGED, is_bookkeeping, is_system_file
from shared.files.partial import JOURNAL, PART
from shared.telemetry import get_logger

_LOG = get_logger("scanner")
# Increase it when the same files give another asset document: every folder is then read again once.
_READER = 6


@dataclass(frozen=True, slots=True)
class FileStatus:
    """`mode`: the permissions, because a file that becomes readable is a change."""

    size: int
    mtime_ns: int
    mode: int = 0o644


@dataclass(frozen=True)
class Content:
    """`files` by path relative to the folder; `problems`: sentences about unreadable entries.

    `partial`: whether there are files of a download; `verified`: the status of the damage record; `recorded`: the
    manifest's paths, which are content even if they look like system files.
    """

    files: dict[str, FileStatus] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    partial: bool = False
    verified: FileStatus | None = None
    recorded: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to report about the folder."""
        return not (self.names or self.problems or self.partial or MANIFEST in self.files)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.files if self._is_content(name)))

    @cached_property
    def size(self) -> int:
        return sum(self.files[name].size for name in self.names)

    @cached_property
    def newest(self) -> int:
        """The latest modification time of a file, in ns; 0 without files."""
        return max((file.mtime_ns for file in self.files.values()), default=0)

    def _is_content(self, name: str) -> bool:
        return name != MANIFEST and (name in self.recorded or not is_system_file(name))

    def fingerprint(self, *, download_running: bool) -> str:
        """A hash that changes when the folder must be read again. `download_running`: whether a download is active."""
        digest = hashlib.sha256(f"{_READER}\n{self.verified}\n{self.problems}\n".encode(errors="surrogateescape"))
        if MANIFEST not in self.files:  # with a manifest, partial files do not affect the asset
            digest.update(f"{download_running} {self.partial}\n".encode())
        for path, file in sorted(self.files.items()):
            digest.update(f"{path}\0{file.size} {file.mtime_ns} {file.mode}\n".encode())
        return digest.hexdigest()[:32]


def read_content(folder: Path) -> Content:
    """The content of a folder. Blocking. Ignores files that vanish meanwhile, and lists unreadable ones as problems."""
    collector = _Collector()
    waiting = [("", os.fspath(folder))]
    while waiting:
        prefix, location = waiting.pop()
        try:
            with os.scandir(location) as entries:
                waiting.extend(below for entry in entries if (below := collector.take(entry, prefix)) is not None)
        except FileNotFoundError:
            continue
        except OSError as error:
            name = _printable(prefix.rstrip("/") or folder.name)
            collector.problems.append(f"The folder {name} cannot be read: {error.strerror}.")
    return Content(collector.files, tuple(sorted(collector.problems)), collector.partial, collector.verified)


class _Collector:
    def __init__(self) -> None:
        self.files: dict[str, FileStatus] = {}
        self.problems: list[str] = []
        self.partial = False
        self.verified: FileStatus | None = None

    def take(self, entry: os.DirEntry[str], prefix: str) -> tuple[str, str] | None:
        """Record an entry. Returns a folder's prefix and path, to be read next."""
        path = f"{prefix}{entry.name}"
        try:
            if path == DAMAGED:
                self.verified = _status(entry.stat())
            elif entry.name.endswith((PART, JOURNAL)):
                self.partial = True
            elif is_bookkeeping(path) and path != MANIFEST:
                return None
            elif entry.is_dir(follow_symlinks=False):
                # Git's history is as large as the clone, and a repository cannot contain a folder of this name.
                return None if entry.name == ".git" else (f"{path}/", entry.path)
            else:
                self._file(entry, path)
        except FileNotFoundError:
            if entry.is_symlink():
                self.problems.append(f"{_printable(path)} is a broken link.")
        except OSError as error:
            self.problems.append(f"{_printable(path)} cannot be read: {error.strerror}.")
        return None

    def _file(self, entry: os.DirEntry[str], path: str) -> None:
        status = entry.stat()
        if not stat.S_ISREG(status.st_mode):
            return
        if safe_relative(path) is None:
            _LOG.warning("name_unreadable", path=ascii(path))
            return
        self.files[path] = _status(status)


def _status(status: os.stat_result) -> FileStatus:
    return FileStatus(status.st_size, status.st_mtime_ns, stat.S_IMODE(status.st_mode))


def _printable(path: str) -> str:
    return path.encode(errors="replace").decode()

"""What lies in a folder, told from names and file status alone: nothing is opened.

Which files count says `shared/files/members.py`: bookkeeping is not listed and has no size. A link to a file counts as
that file, a link to a folder is not followed: it could lead anywhere.
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
# Raised when an asset would be described in another way from the same files: then every folder is read anew once.
_READER = 5


@dataclass(frozen=True, slots=True)
class FileStatus:
    """`mode` holds the permissions: a file that may be read again is news."""

    size: int
    mtime_ns: int
    mode: int = 0o644


@dataclass(frozen=True)
class Content:
    """`files` by path relative to the folder; `troubles` are sentences about what could not be looked at.

    `recorded`: the paths that a manifest names, which are content even where a system file has such a name.
    """

    files: dict[str, FileStatus] = field(default_factory=dict)
    troubles: tuple[str, ...] = ()
    partial: bool = False
    verified: FileStatus | None = None
    recorded: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        return not (self.names or self.troubles or self.partial or MANIFEST in self.files)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(sorted(name for name in self.files if self._is_content(name)))

    @cached_property
    def size(self) -> int:
        return sum(self.files[name].size for name in self.names)

    @cached_property
    def newest(self) -> int:
        """The last modification time, in ns; 0 where there is no file."""
        return max((file.mtime_ns for file in self.files.values()), default=0)

    def _is_content(self, name: str) -> bool:
        return name != MANIFEST and (name in self.recorded or not is_system_file(name))

    def fingerprint(self, *, download_running: bool) -> str:
        """Equal while nothing has to be read again. `download_running`: a download is under way."""
        digest = hashlib.sha256(f"{_READER}\n{self.verified}\n{self.troubles}\n".encode(errors="surrogateescape"))
        if MANIFEST not in self.files:  # with one, what arrives beside it changes nothing yet
            digest.update(f"{download_running} {self.partial}\n".encode())
        for path, file in sorted(self.files.items()):
            digest.update(f"{path}\0{file.size} {file.mtime_ns} {file.mode}\n".encode())
        return digest.hexdigest()[:32]


def read_content(folder: Path) -> Content:
    """Blocking. What vanishes meanwhile was not there; what cannot be read is named."""
    found = _Found()
    waiting = [("", os.fspath(folder))]
    while waiting:
        prefix, location = waiting.pop()
        try:
            with os.scandir(location) as entries:
                waiting.extend(below for entry in entries if (below := found.take(entry, prefix)) is not None)
        except FileNotFoundError:
            continue
        except OSError as error:
            name = _shown(prefix.rstrip("/") or folder.name)
            found.troubles.append(f"The folder {name} cannot be read: {error.strerror}.")
    return Content(found.files, tuple(sorted(found.troubles)), found.partial, found.verified)


class _Found:
    def __init__(self) -> None:
        self.files: dict[str, FileStatus] = {}
        self.troubles: list[str] = []
        self.partial = False
        self.verified: FileStatus | None = None

    def take(self, entry: os.DirEntry[str], prefix: str) -> tuple[str, str] | None:
        """Note the entry; a folder is given back to be looked into."""
        path = f"{prefix}{entry.name}"
        try:
            if path == DAMAGED:
                self.verified = _status(entry.stat())
            elif entry.name.endswith((PART, JOURNAL)):
                self.partial = True
            elif is_bookkeeping(path) and path != MANIFEST:
                return None
            elif entry.is_dir(follow_symlinks=False):
                # A clone's history is as large as the clone, and no repository can hold a folder of this name.
                return None if entry.name == ".git" else (f"{path}/", entry.path)
            else:
                self._file(entry, path)
        except FileNotFoundError:
            if entry.is_symlink():
                self.troubles.append(f"{_shown(path)} is a link that leads nowhere.")
        except OSError as error:
            self.troubles.append(f"{_shown(path)} cannot be looked at: {error.strerror}.")
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


def _shown(path: str) -> str:
    return path.encode(errors="replace").decode()

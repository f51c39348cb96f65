"""Opens files below a folder without following links, so that nothing leads out of the data tree.

A path is opened part by part (openat(2) with O_NOFOLLOW): a check before the opening would leave time to swap a folder
for a link.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from shared.contracts.errors import BadDataset
from shared.files.layout import safe_relative

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class HashedFile:
    size: int
    mtime_ns: int
    sha256: str


def open_below(folder: Path, relative: str) -> BinaryIO:
    """A regular file below `folder`, unbuffered. `folder` itself is trusted.

    Raises `OSError` for a link, a device, and a missing file, and `PermissionError` for a path out of the folder.
    """
    path = safe_relative(relative)
    if path is None:
        raise PermissionError(f"{relative[:80]!r} leads out of its folder")
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in path.parts[:-1]:
            below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=handle)
            os.close(handle)
            handle = below
        # O_NONBLOCK: opening a pipe would wait for a writer.
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        file = os.open(path.parts[-1], flags, dir_fd=handle)
    finally:
        os.close(handle)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise PermissionError(f"{relative[:80]!r} is not a regular file")
    return os.fdopen(file, "rb", buffering=0)


def walk_files(folder: Path) -> Iterator[str]:
    """The relative paths of all files below a folder, sorted by folder. Raises `BadDataset` for a link or a device."""
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in folders:
            if Path(place, name).is_symlink():
                raise BadDataset("There is a link in the folder.")
        for name in sorted(names):
            path = Path(place, name)
            if not stat.S_ISREG(path.lstat().st_mode):
                raise BadDataset("There is a link or a device in the folder.")
            yield path.relative_to(folder).as_posix()


def hash_below(folder: Path, relative: str) -> HashedFile:
    """The sha256 of a file below `folder`. Blocking. Raises `OSError`."""
    digest = hashlib.sha256()
    with open_below(folder, relative) as file:
        status = os.fstat(file.fileno())
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return HashedFile(status.st_size, status.st_mtime_ns, digest.hexdigest())


def names_below(folder: Path, relative: str) -> list[str]:
    """The names of the regular files in a subfolder, sorted; links and a subfolder that is one are left out."""
    place = folder / relative
    if place.is_symlink() or not place.is_dir():
        return []
    with os.scandir(place) as entries:
        return sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))

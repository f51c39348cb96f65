"""Atomic writes: a file or a folder gets its final name only when it is complete."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from pathlib import Path

from shared.files.names import has_twin

# Above this number of files one sync of everything is faster than an fsync of each.
_EACH = 500


def sync_path(path: Path) -> None:
    """fsync a file, or a folder after a rename in it, so that the change survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_atomic(path: Path, data: bytes) -> None:
    """Write a temporary file, fsync and rename: a reader sees the old content or the new, never a part."""
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.tmp")
    with partial.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
    sync_path(path.parent)


def sync_tree(folder: Path) -> int:
    """fsync every file and folder of a tree, so that it survives a power cut. Returns the bytes of its files."""
    paths = [path for path in folder.rglob("*") if not path.is_symlink()]
    sizes = [path.stat().st_size for path in paths if path.is_file()]
    if len(sizes) > _EACH:
        os.sync()
    else:
        for path in (folder, *paths):
            sync_path(path)
    return sum(sizes)


def sync_entry(path: Path) -> None:
    """Make the name of a moved file or folder durable: fsync its folder, and the one above, where that may be new."""
    sync_path(path.parent)
    sync_path(path.parent.parent)


def install_folder(source: Path, target: Path) -> None:
    """Move a finished folder to `target`, durably. Raises `FileExistsError` if the target exists, or a twin of it
    (`names`).
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if has_twin(target.name, (path.name for path in target.parent.iterdir())):
        raise FileExistsError(target)
    sync_tree(source)
    try:
        source.replace(target)  # the system refuses a target folder that is not empty
    except OSError as error:
        if error.errno in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR}:
            raise FileExistsError(target) from error
        raise
    sync_entry(target)


def remove_tree(folder: Path) -> None:
    """Remove a folder with its content; a missing folder is no error."""
    shutil.rmtree(folder, ignore_errors=True)

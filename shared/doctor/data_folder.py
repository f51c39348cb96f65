"""Checks the data folder: it can be written, has room, and its file system has locks, links and atomic renames."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from shared.config import RESTORING
from shared.doctor.report import Finding, ok, problem, warning
from shared.files.archive import RESERVE_BYTES

CHECK = "data folder"
# A voice, a data set and some checkpoints of it.
_COMFORTABLE_BYTES = 5 * 10**9
# Their locks hold on one machine only, or depend on mount options; SQLite in WAL mode needs shared memory.
_NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs", "fuse.s3fs", "fuse.rclone", "glusterfs", "ceph"}
)
_MOUNTS = Path("/proc/self/mounts")


def check_data_folder(
    data: Path,
    *,
    free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    mounts: Callable[[], str] = lambda: _MOUNTS.read_text(encoding="utf-8", errors="replace"),
) -> list[Finding]:
    """Blocking. `free`: the free bytes of the disk of a folder; `mounts`: the text of /proc/self/mounts."""
    data = data.absolute()
    if not data.exists():
        return [_missing(data)]
    if not data.is_dir():
        return [problem(CHECK, f"{data} is not a folder.", "Set SOKHAN_DATA to a folder.")]
    if (data / RESTORING).exists():
        advice = "Wait for the restore, or start it again with `sokhan restore`."
        return [problem(CHECK, f"{data} holds a part of a backup; no service starts on it.", advice)]
    return [*_probed(data), _space(data, free(data)), *_file_system(data, mounts)]


def _missing(data: Path) -> Finding:
    parent = next(parent for parent in data.parents if parent.exists())
    if os.access(parent, os.W_OK):
        return ok(CHECK, f"{data} does not exist yet; the first start makes it")
    return problem(CHECK, f"{data} does not exist, and {parent} is not writable.", "Make it, or set SOKHAN_DATA.")


def _probed(data: Path) -> list[Finding]:
    """Do what the services rely on, in a folder that is removed."""
    try:
        with tempfile.TemporaryDirectory(prefix=".sokhan-doctor-", dir=data) as folder:
            return [_locks(Path(folder)) or _renames(Path(folder)) or ok(CHECK, f"{data} can be written")]
    except OSError as error:
        advice = f"Give it to this user: chown -R {os.getuid()} {data}"
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            advice = "Free some space."
        elif error.errno == errno.EROFS:
            advice = "Its file system is mounted read-only."
        return [problem(CHECK, f"{data} cannot be written: {error.strerror}.", advice)]


def _locks(folder: Path) -> Finding | None:
    """flock(2): a second holder must be refused."""
    advice = "Use a local file system: jobs and checkpoints are protected by these locks."
    with (folder / "lock").open("w") as one, (folder / "lock").open("w") as two:
        try:
            fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            return problem(CHECK, f"Its file system has no locks: {error.strerror}.", advice)
        try:
            fcntl.flock(two, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return None
    return problem(CHECK, "Its file system grants one lock twice.", advice)


def _renames(folder: Path) -> Finding | None:
    """rename(2) over a file, of a folder, and link(2)."""
    (folder / "old").write_bytes(b"old")
    (folder / "new").write_bytes(b"new")
    (folder / "one").mkdir()
    try:
        (folder / "new").replace(folder / "old")
        (folder / "one").replace(folder / "two")
        (folder / "linked").hardlink_to(folder / "old")
    except OSError as error:
        advice = "Use a file system with hard links, such as ext4 or XFS."
        return problem(CHECK, f"Its file system cannot rename or link files: {error.strerror}.", advice)
    return None


def _space(data: Path, free: int) -> Finding:
    shown = f"{free / 1e9:.1f} GB free"
    if free < RESERVE_BYTES:
        return problem(CHECK, f"{shown}, less than the reserve of {RESERVE_BYTES / 1e9:.1f} GB.", "Free some space.")
    if free < _COMFORTABLE_BYTES:
        return warning(CHECK, f"{shown}: little for models and checkpoints.", "Free some space, or use a larger disk.")
    return ok(CHECK, shown)


def _file_system(data: Path, mounts: Callable[[], str]) -> list[Finding]:
    try:
        kind = kind_of(data.resolve(), mounts())
    except OSError:  # not Linux
        return []
    if kind in _NETWORK:
        advice = "Keep the store elsewhere (SOKHAN_STORE_URL=mongodb://…), and use one machine for each folder."
        return [
            warning(CHECK, f"It is on a network file system ({kind}): locks may not hold between machines.", advice)
        ]
    return []


def kind_of(path: Path, mounts: str) -> str:
    """The kind of the file system of a path, by the text of /proc/self/mounts; empty if it is not there."""
    found, longest = "", -1
    for line in mounts.splitlines():
        parts = line.split(" ")
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ").replace("\\011", "\t")
        if path.is_relative_to(point) and len(point) >= longest:
            found, longest = parts[2], len(point)
    return found

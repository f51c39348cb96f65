"""Restricts the files of this process to given paths (landlock(7), since Linux 5.13; no privilege needed).

It applies to the calling thread and to threads that it starts later, so it is called before a library starts some. A
restricted process cannot trace or read an unrestricted one either, whatever its user.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same on every architecture
_VERSION, _PATH_BENEATH = 1, 1
_PR_SET_NO_NEW_PRIVS = 38
_EXECUTE, _WRITE, _READ, _LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_REMOVE, _MAKE_FOLDER, _MAKE_FILE = 1 << 4 | 1 << 5, 1 << 7, 1 << 8
_REFER, _TRUNCATE, _DEVICE = 1 << 13, 1 << 14, 1 << 15
_FIRST_RIGHTS = (1 << 13) - 1
_TCP = 1 << 0 | 1 << 1  # bind, connect
_SCOPED = 1 << 0 | 1 << 1  # abstract sockets, signals
_ON_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE | _DEVICE
# No links, sockets, pipes and devices: the reader of the folder would follow or open them.
_WRITES = _READ | _LIST | _WRITE | _REMOVE | _MAKE_FOLDER | _MAKE_FILE | _REFER | _TRUNCATE

_SYSTEM = (
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/timezone", "/proc/self", "/proc/cpuinfo",
    "/proc/meminfo", "/proc/stat", "/sys/devices/system", "/sys/fs/cgroup", "/dev/urandom", "/dev/random", "/dev/zero",
)  # fmt: skip


def landlock_version() -> int:
    """The version of the kernel's interface; 0 if there is none."""
    if sys.platform != "linux":
        return 0
    version: int = ctypes.CDLL(None, use_errno=True).syscall(_CREATE, None, 0, _VERSION)
    return max(0, version)


def restrict_files(readable: Iterable[Path], writable: Iterable[Path]) -> bool:
    """Whether the kernel could. Missing paths are left out. Raises `OSError`."""
    version = landlock_version()
    if not version:
        return False
    rights = _FIRST_RIGHTS | (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    rights |= _DEVICE if version >= 5 else 0
    attributes = struct.pack("=Q", rights)
    attributes += struct.pack("=Q", _TCP) if version >= 4 else b""
    attributes += struct.pack("=Q", _SCOPED) if version >= 6 else b""
    ruleset = _call(_CREATE, attributes, len(attributes), 0)
    try:
        for path in (*interpreter_paths(), *map(Path, _SYSTEM), *readable):
            _allow(ruleset, path, (_READ | _LIST) & rights)
        # Python lists the folder of a package before it opens it; next to ours are the data and .env.
        _allow(ruleset, project_folder(), _LIST)
        _allow(ruleset, Path("/dev/null"), (_READ | _WRITE) & rights)
        for path in writable:
            _allow(ruleset, path, _WRITES & rights)
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _call(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)
    return True


def project_folder() -> Path:
    """The folder of our own packages."""
    return Path(__file__).resolve().parents[2]


def interpreter_paths() -> list[Path]:
    """The folders that Python imports from: its own and those of our two packages."""
    own = project_folder()
    return [Path(sys.prefix), Path(sys.base_prefix), own / "shared", own / "services"]


def _allow(ruleset: int, path: Path, access: int) -> None:
    try:
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        access &= access if stat.S_ISDIR(os.fstat(handle).st_mode) else _ON_FILES
        _call(_ADD, ruleset, _PATH_BENEATH, struct.pack("=Qi", access, handle), 0)
    finally:
        os.close(handle)


def _call(number: int, *arguments: int | bytes) -> int:
    done: int = ctypes.CDLL(None, use_errno=True).syscall(number, *arguments)
    if done < 0:
        raise OSError(ctypes.get_errno(), f"landlock: {os.strerror(ctypes.get_errno())}")
    return done

"""The name of a lease's holder, by which its own machine can detect that the process has died.

In general a lease ends by its time. On the holder's own machine the death of the process is visible at once, so the job
need not wait for the end of the lease (ADR 11).
"""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

_PROC = Path("/proc")
_NAME = re.compile(r"(?P<service>[^@]*)@(?P<host>.*):(?P<pid>\d+)/(?P<space>\d+)/(?P<since>\d+)/(?P<boot>[0-9a-f-]*)")


def worker_identity(service: str) -> str:
    """`service@host:pid/namespace/start/boot`. A pid alone is not enough: the system reuses it."""
    return f"{instance_name(service)}/{_namespace()}/{_started(os.getpid()) or 0}/{_boot()}"


def instance_name(service: str) -> str:
    """`service@host:pid`: the process, as people and logs name it."""
    return f"{service}@{socket.gethostname()}:{os.getpid()}"


def worker_has_died(holder: str | None) -> bool:
    """True only if it is certain: the holder is a process of this machine and pid namespace, and no longer runs."""
    named = _NAME.fullmatch(holder or "")
    if named is None or named["since"] == "0" or named["host"] != socket.gethostname():
        return False
    if named["boot"] != _boot() or int(named["space"]) != _namespace() or not (_PROC / "self" / "stat").exists():
        return False
    return _started(int(named["pid"])) != int(named["since"])


def _namespace() -> int:
    """The inode of this pid namespace; 0 on systems without namespaces."""
    try:
        return (_PROC / "self" / "ns" / "pid").stat().st_ino
    except OSError:
        return 0


def _boot() -> str:
    """The id of this boot of this machine; it differs also between clones of a machine. Empty if unknown."""
    try:
        return (_PROC / "sys" / "kernel" / "random" / "boot_id").read_text().strip()
    except OSError:
        return ""


def _started(pid: int) -> int | None:
    """The start time of a running process, in ticks since boot (proc(5), `stat`, field 22); None if it has ended."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in {"Z", "X"} else int(fields[19])

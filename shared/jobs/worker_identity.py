"""Who holds a lease, named so that its own machine can tell whether that process still lives.

A lease ends by its time wherever nothing better is known. On one machine it is known at once: the process is gone, and
the job need not stand still until its lease has run out.
"""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

_PROC = Path("/proc")
_NAME = re.compile(r"(?P<service>[^@]*)@(?P<host>.*):(?P<pid>\d+)/(?P<space>\d+)/(?P<since>\d+)/(?P<boot>[0-9a-f-]*)")


def worker_identity(service: str) -> str:
    """`service@host:pid/namespace/start/boot`. A pid alone comes to mean another process in time."""
    return f"{service}@{socket.gethostname()}:{os.getpid()}/{_namespace()}/{_started(os.getpid()) or 0}/{_boot()}"


def worker_has_died(holder: str | None) -> bool:
    """True only where it is certain: a process of this machine and this pid namespace that is no more."""
    named = _NAME.fullmatch(holder or "")
    if named is None or named["since"] == "0" or named["host"] != socket.gethostname():
        return False
    if named["boot"] != _boot() or int(named["space"]) != _namespace() or not (_PROC / "self" / "stat").exists():
        return False
    return _started(int(named["pid"])) != int(named["since"])


def _namespace() -> int:
    """Names this pid namespace on this machine; 0 where there is no such thing."""
    try:
        return (_PROC / "self" / "ns" / "pid").stat().st_ino
    except OSError:
        return 0


def _boot() -> str:
    """Tells this machine since its start from every other, also from its own clone."""
    try:
        return (_PROC / "sys" / "kernel" / "random" / "boot_id").read_text().strip()
    except OSError:
        return ""


def _started(pid: int) -> int | None:
    """When a living process began, in ticks since the machine's start (proc(5), `stat`, field 22)."""
    try:
        fields = (_PROC / str(pid) / "stat").read_text(errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in {"Z", "X"} else int(fields[19])

"""Memory and processors of the gateway's machine, as Linux reports them. Blocking, some microseconds."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from shared.contracts.system import MemoryStatus, ProcessorStatus

_MEMINFO = Path("/proc/meminfo")
_CGROUP = Path("/sys/fs/cgroup/memory.max")


def memory_status(meminfo: Path = _MEMINFO, cgroup: Path = _CGROUP) -> MemoryStatus | None:
    """None on a system without /proc."""
    found: dict[str, int] = {}
    with suppress(OSError, ValueError):
        for line in meminfo.read_text(encoding="ascii").splitlines():
            name, _, rest = line.partition(":")
            if name in {"MemTotal", "MemAvailable"}:
                found[name] = int(rest.split()[0]) * 1024
    if len(found) < 2:
        return None
    limit = None
    with suppress(OSError, ValueError):  # "max" is no number: there is no limit
        limit = int(cgroup.read_text(encoding="ascii"))
    return MemoryStatus(total=found["MemTotal"], available=found["MemAvailable"], limit=limit)


def processor_status() -> ProcessorStatus:
    one, five, fifteen = (round(value, 2) for value in os.getloadavg())
    return ProcessorStatus(count=len(os.sched_getaffinity(0)), load=(one, five, fifteen))

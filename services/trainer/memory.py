"""The memory limit of a run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil

# The rest is for the services, the store and the page cache of the data.
_SHARE = 0.8
_CGROUP = Path("/sys/fs/cgroup/memory.max")


def memory_limit(setting: int) -> int:
    """The limit in bytes; without a setting, a share of the memory of this machine or its container."""
    if setting:
        return setting
    total: int = psutil.virtual_memory().total
    with suppress(OSError, ValueError):
        total = min(total, int(_CGROUP.read_text()))
    return int(total * _SHARE)

"""How much memory a run may take."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import psutil

# The rest is for the services, the store and the page cache that the data comes through.
_SHARE = 0.8
_CGROUP = Path("/sys/fs/cgroup/memory.max")


def memory_limit(setting: int) -> int:
    """Bytes; without a setting a share of what this machine, or its container, has."""
    if setting:
        return setting
    total: int = psutil.virtual_memory().total
    with suppress(OSError, ValueError):
        total = min(total, int(_CGROUP.read_text()))
    return int(total * _SHARE)

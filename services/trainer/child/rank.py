"""The rank of this process. No torch."""

from __future__ import annotations

import os


def my_rank() -> int:
    """The number of this process among those of the run, as set by the launcher; 0 for a single one."""
    return int(os.environ.get("RANK", "0"))

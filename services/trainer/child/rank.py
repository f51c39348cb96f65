"""Which of a run's processes this is. No torch."""

from __future__ import annotations

import os


def my_rank() -> int:
    """0 in a run of one process; the launcher numbers the others."""
    return int(os.environ.get("RANK", "0"))

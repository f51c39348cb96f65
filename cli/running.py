"""Whether `sokhan up` runs on this machine, from the file that it leaves beside the data."""

from __future__ import annotations

import json
import os
from pathlib import Path

STATE = Path("run", "up.json")


def running_url(data: Path) -> str | None:
    """Where the platform over this data folder answers, if one is up (its parts may be starting)."""
    try:
        state = json.loads((data / STATE).read_text())
        os.kill(state["pid"], 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(state["url"])

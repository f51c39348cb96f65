"""Detects a running `sokhan up` on this machine by its state file in the data folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

STATE = Path("run", "up.json")


def running_url(data: Path) -> str | None:
    """The URL of the platform that uses this data folder, if one runs (its parts may still start); else None."""
    try:
        state = json.loads((data / STATE).read_text())
        os.kill(state["pid"], 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return str(state["url"])

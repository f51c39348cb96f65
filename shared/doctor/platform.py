"""The state file of `sokhan up` in the data folder: whether a platform of this folder runs, and where its NATS is."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_STATE = Path("run", "up.json")


@dataclass(frozen=True, slots=True)
class RunningPlatform:
    url: str
    nats_url: str | None

    @property
    def port(self) -> int | None:
        """The gateway's port; None if the address has none."""
        return urlsplit(self.url).port


def running_platform(data: Path) -> RunningPlatform | None:
    """The platform that uses this data folder; None if `sokhan up` does not run. Blocking."""
    try:
        state = json.loads((data / _STATE).read_text(encoding="utf-8"))
        os.kill(state["pid"], 0)
        nats = state.get("nats")
        return RunningPlatform(str(state["url"]), str(nats["url"]) if isinstance(nats, dict) else None)
    except (OSError, ValueError, KeyError, TypeError):
        return None

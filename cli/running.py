"""Detects a running `sokhan up` on this machine by its state file in the data folder."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

STATE = Path("run", "up.json")


@dataclass(frozen=True, slots=True)
class RunningNats:
    """The embedded NATS server of a platform. `programs`: the users of programs that it knows."""

    url: str
    programs: frozenset[str]


def running_url(data: Path) -> str | None:
    """The URL of the platform that uses this data folder, if one runs (its parts may still start); else None."""
    state = _state(data)
    return str(state["url"]) if state is not None and "url" in state else None


def running_nats(data: Path) -> RunningNats | None:
    """The NATS server of the platform that uses this data folder; None if none runs, or with a server of one's own."""
    nats = (_state(data) or {}).get("nats")
    return RunningNats(str(nats["url"]), frozenset(nats["programs"])) if isinstance(nats, dict) else None


def _state(data: Path) -> dict[str, object] | None:
    try:
        state = json.loads((data / STATE).read_text())
        os.kill(state["pid"], 0)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return dict(state)

"""A checkpoint's folder: its file names, shared by the trainer and the gateway, and its removal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.files.atomic import remove_tree
from shared.files.read_locks import try_removing

METRICS = "metrics.json"
"""Written last, so a folder with this file is complete; readers lock this file (shared/files/read_locks.py)."""

SAMPLES = "samples"


class CheckpointMetrics(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    step: int
    epoch: int
    values: dict[str, float]


def read_metrics(checkpoint: Path) -> CheckpointMetrics | None:
    """The metrics of a complete checkpoint; None if they are missing or unreadable."""
    try:
        return CheckpointMetrics.model_validate_json((checkpoint / METRICS).read_bytes())
    except (OSError, ValidationError):
        return None


def discard(folder: Path, needed: Callable[[], bool] = lambda: False) -> bool:
    """Rename the folder, then remove it. Returns False if it has a reader or is `needed`. Blocking.

    `needed` is called under the lock: a deployment may have ended since the caller's own check.
    """
    with try_removing(folder / METRICS) as locked:
        if not locked:
            return not folder.exists()
        if needed():
            return False
        hidden = hide(folder)
    remove_tree(hidden)
    return True


def hide(folder: Path) -> Path:
    """Rename the folder for its removal and return the new path: a kill during the removal leaves no checkpoint."""
    hidden = folder.with_name(f".{folder.name}.old")
    remove_tree(hidden)
    folder.replace(hidden)
    return hidden

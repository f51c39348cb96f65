"""The mark in a checkpoint's folder that says under which name it is served."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.files.atomic import write_atomic

DEPLOYED = "deployed.json"
STARTS_HERE = "starts-here"
"""Lies in a checkpoint that another run goes on from: the run it belongs to does not prune it."""


class Deployed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    version: int


def read_mark(checkpoint: Path) -> Deployed | None:
    """None also for one that cannot be read: deploying again writes it anew."""
    try:
        return Deployed.model_validate_json((checkpoint / DEPLOYED).read_bytes())
    except (OSError, ValidationError):
        return None


def write_mark(checkpoint: Path, mark: Deployed) -> None:
    """Raises `OSError`."""
    write_atomic(checkpoint / DEPLOYED, mark.model_dump_json().encode())


def remove_mark(checkpoint: Path) -> None:
    (checkpoint / DEPLOYED).unlink(missing_ok=True)

"""The marks in a checkpoint's folder: its deployment, and its use as the start of another run."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.files.atomic import write_atomic

DEPLOYED = "deployed.json"
STARTS_HERE = "starts-here"
"""Marks a checkpoint that another run starts from: its own run does not prune it."""


class Deployed(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    version: int


def read_mark(checkpoint: Path) -> Deployed | None:
    """The deployment of a checkpoint; None also if the mark is unreadable: the next deployment replaces it."""
    try:
        return Deployed.model_validate_json((checkpoint / DEPLOYED).read_bytes())
    except (OSError, ValidationError):
        return None


def write_mark(checkpoint: Path, mark: Deployed) -> None:
    """Write the deployment mark. Raises `OSError`."""
    write_atomic(checkpoint / DEPLOYED, mark.model_dump_json().encode())


def remove_mark(checkpoint: Path) -> None:
    (checkpoint / DEPLOYED).unlink(missing_ok=True)

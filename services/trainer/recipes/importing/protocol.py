"""What the run's child and the reader say to each other: one JSON object in, one out."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class ReadRequest(BaseModel):
    """All paths are absolute; `output` is an empty folder. `parent`: the process whose end is the reader's, too."""

    model_config = ConfigDict(frozen=True)

    checkpoint: Path
    config: Path
    language: str
    output: Path
    parent: int


class ReadAnswer(BaseModel):
    """`error` says why nothing was written; else what was found. `parameters` counts numbers."""

    model_config = ConfigDict(frozen=True)

    error: str | None = None
    hint: str | None = None
    parameters: int = 0
    symbols: int = 0
    step: int | None = None
    epoch: int | None = None

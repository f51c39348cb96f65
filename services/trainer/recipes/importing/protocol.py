"""The messages between the run's child and the reader: one JSON object in, one out."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict


class ReadRequest(BaseModel):
    """All paths are absolute; `output`: an empty folder; `parent`: the id of the process that the reader ends with."""

    model_config = ConfigDict(frozen=True)

    checkpoint: Path
    config: Path
    language: str
    output: Path
    parent: int


class ReadAnswer(BaseModel):
    """`error`: the reason why nothing was written; `parameters` and `symbols`: their numbers in the model."""

    model_config = ConfigDict(frozen=True)

    error: str | None = None
    hint: str | None = None
    parameters: int = 0
    symbols: int = 0
    step: int | None = None
    epoch: int | None = None

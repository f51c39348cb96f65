"""The pair of endpoints for older clients: a start, and a stream of server-sent events until the end."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from services.gateway.downloads.schemas import NamesRepository
from shared.contracts.names import RepoId
from shared.contracts.rpc import ErrorInfo
from shared.contracts.wire import Wire


class StartModelRequest(NamesRepository):
    model_id: RepoId = Field(examples=["facebook/mms-tts-fas"])


class StartedModel(Wire):
    """`started` is false if the download was active already."""

    ok: bool = True
    started: bool
    model_id: str
    job_id: str


class ModelProgress(Wire):
    """`progress` from 0 to 100, sizes in bytes. `done` and `error` are the last of their stream."""

    model_id: str
    status: Literal["downloading", "done", "error"]
    progress: float
    bytes_downloaded: int
    total_bytes: int
    error: ErrorInfo | None = None

    @property
    def final(self) -> bool:
        return self.status != "downloading"

"""What a client says to start a download, and what it reads of a plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.specs import OWN_NAMESPACE, RepoId, RepoType
from shared.contracts.wire import Wire

Pattern = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Bandwidth = Annotated[int, Field(ge=1, description="bytes a second")]


class StartDownload(Wire):
    """`modelId` and `repoId` mean the same: an entry of the catalog, or a repository of the Hub."""

    model_id: RepoId | None = Field(None, examples=["facebook/mms-tts-fas"])
    repo_id: RepoId | None = None
    repo_type: RepoType | None = Field(None, description="what the catalog says, else model")
    revision: str | None = Field(None, min_length=1, max_length=200, description="what the catalog pins, else main")
    include: list[Pattern] = Field(default_factory=list, max_length=100, examples=[["*.safetensors", "*.json"]])
    exclude: list[Pattern] = Field(default_factory=list, max_length=100)
    bandwidth: Bandwidth | None = None

    @property
    def name(self) -> str:
        return self.model_id or self.repo_id or ""

    @model_validator(mode="after")
    def _one_id(self) -> StartDownload:
        if (self.model_id is None) == (self.repo_id is None):
            raise ValueError("give either modelId or repoId, as namespace/name")
        if self.name.split("/", maxsplit=1)[0] == OWN_NAMESPACE:
            raise ValueError(f"{OWN_NAMESPACE}/… is this machine's own; it cannot be downloaded")
        return self


class StartListed(Wire):
    model_id: RepoId = Field(examples=["rhasspy/piper-fa_IR-amir"])


class LimitBandwidth(Wire):
    """Null takes the download's own cap away."""

    bandwidth: Bandwidth | None = Field(examples=[500_000])


class PlannedFileView(Wire):
    """`here`: bytes that need not be fetched."""

    path: str
    size: int
    here: int


class DiskView(Wire):
    """Bytes; `free_after` is below zero where there is too little room."""

    free: int
    free_after: int
    enough: bool


class PlanView(Wire):
    """What a download would fetch now. Sizes in bytes."""

    repo_id: str
    repo_type: RepoType
    asset_id: str
    revision: str
    commit: str
    allowed: bool
    files: tuple[PlannedFileView, ...]
    bytes_total: int
    bytes_here: int
    bytes_to_fetch: int
    disk: DiskView

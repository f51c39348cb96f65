"""Requests that start a download, and the view of a plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, model_validator

from shared.contracts.mended import Mended
from shared.contracts.names import OWN_NAMESPACE, RepoId, RepoType
from shared.contracts.references import parse_reference
from shared.contracts.wire import Wire

Pattern = Annotated[str, StringConstraints(min_length=1, max_length=300)]
# In the order in which an answer would name them; snake_case as Python callers have them.
_ID_FIELDS = ("modelId", "model_id", "repoId", "repo_id", "id")
Bandwidth = Annotated[int, Field(ge=1, description="bytes per second")]


class NamesRepository(Mended, Wire):
    """`modelId`, `repoId` and `id` mean the same, and agree where several are given.

    Each takes an id of the catalog or the Hub, or the address of a page of the repository; a type and a revision in
    the address count where the fields are left out. Older clients send `id`.
    """

    @model_validator(mode="before")
    @classmethod
    def _read_references(cls, request: object) -> object:
        if not isinstance(request, dict):
            return request
        fields = {name: value for name, value in request.items() if value not in ("", None)}
        named = {name: fields.pop(name) for name in _ID_FIELDS if name in fields}
        if not named:
            raise ValueError("name the repository: modelId or repoId, as namespace/name")
        if wrong := next((name for name, value in named.items() if not isinstance(value, str)), None):
            raise ValueError(f"{wrong} is a text such as namespace/name")
        found = {parse_reference(str(value)) for value in named.values()}
        if len({reference.repo_id for reference in found}) > 1:
            raise ValueError("modelId, repoId and id name different repositories: give one of them")
        for reference in found:
            fields["modelId"] = reference.repo_id
            if reference.repo_type and not {"repo_type", "repoType"} & fields.keys():
                fields["repoType"] = reference.repo_type
            if reference.revision and "revision" not in fields:
                fields["revision"] = reference.revision
        return fields


class StartDownloadRequest(NamesRepository):
    model_id: RepoId = Field(examples=["facebook/mms-tts-fas"])
    repo_type: RepoType | None = Field(None, description="default: the catalog's, otherwise model")
    revision: str | None = Field(
        None, min_length=1, max_length=200, description="default: the commit that the catalog pins, otherwise main"
    )
    include: list[Pattern] = Field(default_factory=list, max_length=100, examples=[["*.safetensors", "*.json"]])
    exclude: list[Pattern] = Field(default_factory=list, max_length=100)
    bandwidth: Bandwidth | None = None

    @property
    def name(self) -> str:
        return self.model_id

    @model_validator(mode="after")
    def _not_ours(self) -> StartDownloadRequest:
        if self.name.split("/", maxsplit=1)[0] == OWN_NAMESPACE:
            raise ValueError(f"{OWN_NAMESPACE}/… is this machine's own; it cannot be downloaded")
        return self


class StartListedRequest(NamesRepository):
    model_id: RepoId = Field(examples=["rhasspy/piper-fa_IR-amir"])


class LimitBandwidthRequest(Mended, Wire):
    """Null removes the limit of this download."""

    bandwidth: Bandwidth | None = Field(examples=[500_000])


class PlannedFileView(Wire):
    """`here`: bytes that need not be fetched."""

    path: str
    size: int
    here: int


class DiskView(Wire):
    """In bytes. `free_after` is negative if the disk space is too small."""

    free: int
    free_after: int
    enough: bool


class PlanView(Wire):
    """The files that a download would fetch now. Sizes in bytes."""

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

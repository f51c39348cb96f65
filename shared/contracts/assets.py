"""What lies on disk, as the scanner found it: the language of the assets collection and of `asset` events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, Field

from shared.contracts.wire import Wire

AssetKind = Literal["model", "dataset", "checkpoint"]
AssetStatus = Literal["ready", "downloading", "error"]
AssetSource = Literal["HuggingFace", "local", "training"]


class AssetDetails(Wire):
    """What is known beyond the files; sample rates in Hz."""

    language: str | None = None
    sample_rate: int | None = None
    items: int | None = None
    hours: float | None = None
    characters: int | None = None
    skipped: int | None = None
    architecture: str | None = None
    speakers: tuple[str, ...] = Field((), description="of a voice that has several")
    speaks: bool = Field(False, description="a voice that /v1/audio/speech can use")


class Asset(Wire):
    """`id` is `namespace/name`; `path` is relative to the data tree; `problem` says why the status is `error`."""

    id: str
    kind: AssetKind
    name: str
    path: str
    type: str
    size: int
    file_count: int
    files: tuple[str, ...] = ()
    status: AssetStatus
    problem: str | None = None
    source: AssetSource
    repo_id: str | None = Field(None, description="the Hub repository it came from, as far as its files tell")
    commit: str | None = None
    details: AssetDetails = AssetDetails()
    downloaded_at: AwareDatetime
    updated_at: AwareDatetime
    fingerprint: str
    revision: int = 0

    @property
    def key(self) -> str:
        """Its id in the collection: a model and a dataset may have the same name."""
        return f"{self.kind}:{self.id}"


def asset_from(document: Mapping[str, object]) -> Asset:
    """The asset in a document of the `assets` collection, whose own id is the asset's key."""
    return Asset.model_validate({**document, "id": document["asset_id"]})

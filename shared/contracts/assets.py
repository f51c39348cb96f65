"""Assets on disk, as the scanner found them: the documents of the assets collection and of `asset` events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, Field

from shared.contracts.access import AssetAccess
from shared.contracts.wire import Wire

AssetKind = Literal["model", "dataset", "checkpoint"]
AssetStatus = Literal["ready", "downloading", "error"]
AssetSource = Literal["HuggingFace", "local", "training"]


class AssetDetails(Wire):
    """Properties read from the files; sample rates in Hz."""

    language: str | None = None
    sample_rate: int | None = None
    items: int | None = None
    hours: float | None = None
    characters: int | None = None
    skipped: int | None = None
    architecture: str | None = None
    speakers: tuple[str, ...] = Field((), description="the speakers of a voice with several")
    speaks: bool = Field(False, description="whether it is a voice that /v1/audio/speech can use")
    transcribes: bool = Field(False, description="whether it is a speech recogniser that training can measure with")
    quality: dict[str, float] = Field(
        default_factory=dict, description="figures of a trained voice by name, see docs/quality.md"
    )


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
    repo_id: str | None = Field(None, description="the Hub repository it comes from, if its files name it")
    commit: str | None = None
    details: AssetDetails = AssetDetails()
    access: AssetAccess = AssetAccess()
    downloaded_at: AwareDatetime
    updated_at: AwareDatetime
    fingerprint: str
    revision: int = 0

    @property
    def key(self) -> str:
        """The id in the collection; it includes the kind, because a model and a dataset may share a name."""
        return f"{self.kind}:{self.id}"


def asset_from(document: Mapping[str, object]) -> Asset:
    """The asset in a document of the `assets` collection; the document's id is the asset's key."""
    return Asset.model_validate({**document, "id": document["asset_id"]})

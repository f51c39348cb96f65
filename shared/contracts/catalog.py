"""The catalog: the repositories of the Hub that this platform may download."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, Field

from shared.contracts.names import AssetId, RepoId, RepoType
from shared.contracts.wire import Wire

CatalogKind = Literal["tts", "llm", "dataset", "asr", "g2p"]
LicenseClass = Literal["free", "non-commercial", "gated", "unknown"]
Trust = Literal["pickle", "safetensors", "onnx"]


class Words(Wire):
    """One text in Persian and in English."""

    fa: str = Field("", max_length=2000)
    en: str = Field("", max_length=2000)


class CatalogFile(Wire):
    """`sha256` for large files, `git_sha1` (of the git blob) for small ones; size in bytes."""

    path: str
    size: int
    sha256: str | None = None
    git_sha1: str | None = None


class FilePair(Wire):
    """Weights and their configuration, in a repository with several of both."""

    checkpoint: str
    config: str


class CatalogEntry(Wire):
    """`id` names the entry and the folder it is installed in; several may share one repository by their patterns.

    A refresh sets `commit`, `size` and `files`, which pins the entry; `unverified` names the fields that are not yet
    confirmed with the Hub.
    """

    id: AssetId
    repo_id: RepoId
    repo_type: RepoType = "model"
    kind: CatalogKind
    name: Words = Words()
    description: Words = Words()
    license: str | None = Field(None, max_length=200)
    license_class: LicenseClass = "unknown"
    size: int | None = Field(None, ge=0)
    tags: tuple[str, ...] = ()
    language: tuple[str, ...] = ("fa",)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    pairs: tuple[FilePair, ...] = ()
    revision: str = Field("main", min_length=1, max_length=200, description="the branch, tag or commit to follow")
    commit: str | None = Field(None, description="the commit to download; None takes the newest of `revision`")
    files: tuple[CatalogFile, ...] = ()
    trust: tuple[Trust, ...] = ()
    recipes: tuple[str, ...] = ()
    engines: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    origin: Literal["seed", "admin"] = "admin"
    refreshed_at: AwareDatetime | None = None
    updated_at: AwareDatetime | None = None


def entry_from(document: Mapping[str, object]) -> CatalogEntry:
    return CatalogEntry.model_validate(document)

"""`sokhan.json`, the manifest beside an asset's files: where they came from and what they must be."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from shared.files.atomic import write_atomic

MANIFEST = "sokhan.json"
_MAX_BYTES = 64 * 1024 * 1024  # a repository of 200,000 files; more is not a manifest


class ManifestFile(BaseModel):
    """`sha256` of the content; `git_sha1` where the Hub names small files by their git blob.

    A file whose size and `mtime_ns` are still these is taken for unchanged without reading it.
    """

    path: str
    size: int
    sha256: str | None = None
    git_sha1: str | None = None
    mtime_ns: int | None = None


class DatasetStatistics(BaseModel):
    """What a person wants to know of a dataset before training on it. `skipped` are rows that cannot be used.

    `hours` and `sample_rate` (Hz) are of speech; a dataset of text has neither.
    """

    format: str
    items: int
    hours: float | None = None
    sample_rate: int | None = None
    characters: int
    skipped: int = 0


class Manifest(BaseModel):
    model_config = ConfigDict(populate_by_name=True, extra="ignore")

    schema_: Literal["sokhan/1"] = Field("sokhan/1", alias="schema")
    id: str
    kind: Literal["model", "dataset"]
    source: Literal["HuggingFace", "local", "training"]
    created_at: AwareDatetime
    repo_id: str | None = None
    repo_revision: str | None = None
    commit: str | None = None
    job_id: str | None = None
    statistics: DatasetStatistics | None = None
    files: tuple[ManifestFile, ...] = ()


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest, or None where there is none that can be read."""
    path = folder / MANIFEST
    try:
        if path.stat().st_size > _MAX_BYTES:
            return None
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    write_atomic(folder / MANIFEST, manifest.model_dump_json(by_alias=True, indent=1).encode())

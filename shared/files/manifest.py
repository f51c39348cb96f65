"""`sokhan.json`, the manifest in an asset's folder: the source, sizes and hashes of its files."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from shared.files.atomic import write_atomic

MANIFEST = "sokhan.json"
_MAX_BYTES = 64 * 1024 * 1024  # a repository of 200,000 files; more is not a manifest


class ManifestFile(BaseModel):
    """`sha256` of the content; `git_sha1` for small files, which the Hub identifies by their git blob.

    A file with this size and `mtime_ns` counts as unchanged without being read.
    """

    path: str
    size: int
    sha256: str | None = None
    git_sha1: str | None = None
    mtime_ns: int | None = None


class DatasetStatistics(BaseModel):
    """The size of a dataset. `skipped`: the number of unusable rows.

    `hours` and `sample_rate` (Hz) apply to speech; a text dataset has neither.
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
    """The manifest, or None if it is missing or unreadable."""
    path = folder / MANIFEST
    try:
        if path.stat().st_size > _MAX_BYTES:
            return None
        return Manifest.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    write_atomic(folder / MANIFEST, manifest.model_dump_json(by_alias=True, indent=1).encode())

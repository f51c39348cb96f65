"""What a job was asked to do: immutable, validated once at the gateway, one model per kind."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from shared.contracts.states import JobKind
from shared.contracts.wire import JobId, Wire

RepoType = Literal["model", "dataset"]

DatasetFormat = Literal["auto", "ljspeech", "text"]

_PART = r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*"
RepoId = Annotated[str, StringConstraints(pattern=rf"^{_PART}(/{_PART})?$", max_length=192)]
"""`name` or `namespace/name` as the Hub allows them; no dots that could climb out of a folder."""

AssetId = RepoId
"""Names a folder below models/ or datasets/, by the same rule."""

AssetName = Annotated[str, StringConstraints(min_length=1, max_length=96, strip_whitespace=True)]

ConfigValue = bool | int | float | str | None


OWN_NAMESPACE = "local"
"""Where uploads and trained voices lie; no repository may come to lie there."""


def is_commit(revision: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{40}", revision) is not None


class DownloadSpec(Wire):
    """`asset_id` is where it is installed: the repository's own id, or that of a catalog entry which takes a part."""

    kind: Literal[JobKind.DOWNLOAD] = JobKind.DOWNLOAD
    repo_id: RepoId
    asset_id: AssetId | None = None
    repo_type: RepoType = "model"
    repo_revision: str = Field("main", min_length=1, max_length=200)
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    @property
    def destination(self) -> str:
        return self.asset_id or self.repo_id

    @property
    def pinned(self) -> bool:
        """Whether a commit was asked for, which can never come to mean something else."""
        return is_commit(self.repo_revision)

    @field_validator("repo_id", "asset_id")
    @classmethod
    def _not_ours(cls, repo_id: str | None) -> str | None:
        if repo_id is not None and repo_id.split("/", maxsplit=1)[0] == OWN_NAMESPACE:
            raise ValueError(f"{OWN_NAMESPACE}/… is this machine's own; it cannot be downloaded")
        return repo_id


class WalkDisk(Wire):
    """Look at the whole data tree and make the assets collection agree with it."""

    action: Literal["walk"] = "walk"


class ImportDataset(Wire):
    """Unpack, check and install an upload as a dataset: an archive, or one file of texts, told by `file_name`."""

    action: Literal["import"] = "import"
    upload: str = Field(description="file name under uploads/")
    name: AssetName
    namespace: str = OWN_NAMESPACE
    file_name: str | None = Field(None, max_length=200, description="what the upload was called")
    format: DatasetFormat = "auto"


class VerifyAsset(Wire):
    """Read every file of an installed asset again and compare it with the manifest."""

    action: Literal["verify"] = "verify"
    asset_kind: Literal["model", "dataset"]
    asset_id: str


class ScanSpec(Wire):
    kind: Literal[JobKind.SCAN] = JobKind.SCAN
    task: Annotated[WalkDisk | ImportDataset | VerifyAsset, Field(discriminator="action")]


class CheckpointOrigin(Wire):
    """A checkpoint of another run of the same owner."""

    run: JobId
    step: int = Field(ge=1)


class TrainingSpec(Wire):
    """`start_from`: weights and optimizer state are taken over from there, and its step counts on."""

    kind: Literal[JobKind.TRAINING] = JobKind.TRAINING
    name: AssetName
    recipe: str = Field(min_length=1, max_length=64)
    base_model: str | None = None
    datasets: tuple[str, ...] = ()
    teacher_model: str | None = None
    config: dict[str, ConfigValue] = Field(default_factory=dict)
    start_from: CheckpointOrigin | None = None


RenderFormat = Literal["mp3", "opus", "aac", "flac", "wav"]


class SpeechSpec(Wire):
    """A long text, to be read into one file.

    The text lies in a file (shared/files/renders.py): a book in the document would be written anew with every report
    of progress, and travel with every listing. Its hash tells one request from another; `excerpt` is its beginning.
    """

    kind: Literal[JobKind.SPEECH] = JobKind.SPEECH
    voice: str = Field(min_length=1, max_length=200, description="an id, a name or an alias, as it was asked for")
    text_hash: str = Field(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the text in UTF-8")
    characters: int = Field(ge=1)
    excerpt: str = Field("", max_length=100)
    title: str | None = Field(None, max_length=200)
    response_format: RenderFormat = "mp3"
    speed: float = Field(1.0, ge=0.25, le=4.0)
    seed: int | None = None
    speaker: str | None = None
    language: str | None = None
    lexicon: str = Field("", max_length=20_000)


Spec = Annotated[DownloadSpec | ScanSpec | TrainingSpec | SpeechSpec, Field(discriminator="kind")]

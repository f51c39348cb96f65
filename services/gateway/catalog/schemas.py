"""The catalog as clients read it and as an administrator writes it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from shared.contracts.assets import AssetStatus
from shared.contracts.catalog import CatalogEntry, CatalogKind, FilePair, LicenseClass, Words
from shared.contracts.kinds.download import DownloadView
from shared.contracts.mended import Mended
from shared.contracts.names import OWN_NAMESPACE, AssetId, RepoId, RepoType
from shared.contracts.wire import Wire


def _not_ours(name: str) -> str:
    if name.split("/", maxsplit=1)[0] == OWN_NAMESPACE:
        raise ValueError(f"{OWN_NAMESPACE}/… is this machine's own; it is not on the Hub")
    return name


Pattern = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Patterns = Annotated[tuple[Pattern, ...], Field(max_length=100)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
Labels = Annotated[tuple[Label, ...], Field(max_length=50)]
Pairs = Annotated[tuple[FilePair, ...], Field(max_length=100)]
Revision = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Commit = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{40}$")]
OurId = Annotated[AssetId, AfterValidator(_not_ours)]
HubRepo = Annotated[RepoId, AfterValidator(_not_ours)]


class CatalogItem(CatalogEntry):
    """`installed`: complete and ready on disk. Otherwise `status` and `problem` hold what the scanner found.

    `job` is your own download of it while one is under way. A list leaves `files` out and counts them.
    """

    file_count: int = 0
    installed: bool = False
    status: AssetStatus | None = None
    problem: str | None = None
    installed_commit: str | None = None
    job: DownloadView | None = None


class NewEntryRequest(Mended, Wire):
    """`id` is the repository's own where it is left out; a part of a repository (`include`) needs one of its own.

    `kind` may be left out for a dataset.
    """

    repo_id: HubRepo = Field(examples=["facebook/mms-tts-fas"])
    id: OurId | None = None
    repo_type: RepoType = "model"
    kind: CatalogKind = Field("dataset", examples=["tts"])
    name: Words = Words()
    description: Words = Words()
    license: str | None = Field(None, max_length=200)
    license_class: LicenseClass = "unknown"
    tags: Labels = ()
    language: Labels = ("fa",)
    include: Patterns = ()
    exclude: Patterns = ()
    pairs: Pairs = ()
    revision: Revision = "main"
    commit: Commit | None = None
    recipes: Labels = ()
    engines: Labels = ()

    @model_validator(mode="after")
    def _kind_of_a_model(self) -> NewEntryRequest:
        if self.repo_type == "model" and self.kind == "dataset":
            raise ValueError("say what kind of model it is: tts, llm, asr or g2p")
        return self


class EntryChangeRequest(Mended, Wire):
    """Only given fields change. `commit` pins what a download fetches; null unpins it: the newest of `revision`."""

    repo_id: HubRepo | None = None
    repo_type: RepoType | None = None
    kind: CatalogKind | None = None
    name: Words | None = None
    description: Words | None = None
    license: str | None = Field(None, max_length=200)
    license_class: LicenseClass | None = None
    tags: Labels | None = None
    language: Labels | None = None
    include: Patterns | None = None
    exclude: Patterns | None = None
    pairs: Pairs | None = None
    revision: Revision | None = Field(None, examples=["main"])
    commit: Commit | None = None
    recipes: Labels | None = None
    engines: Labels | None = None

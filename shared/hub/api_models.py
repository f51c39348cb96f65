"""Models of the Hub's JSON, which is untrusted, and their conversion to Sokhan's types."""

from __future__ import annotations

from typing import Literal

from pydantic import (
    AliasChoices,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from shared.contracts.catalog import CatalogFile, LicenseClass, Trust
from shared.contracts.names import RepoType
from shared.contracts.wire import Wire
from shared.hub.files import Listing, Repo

_SHOWN_FILES = 1000
_PICKLES = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")


class Lfs(BaseModel):
    oid: str
    size: int = Field(ge=0)


class Entry(BaseModel):
    """One entry of the Hub's file tree."""

    type: str
    path: str
    size: int = Field(0, ge=0)
    oid: str | None = None
    lfs: Lfs | None = None


class CardData(BaseModel):
    model_config = ConfigDict(extra="ignore")

    license: str | None = None
    language: tuple[str, ...] = ()

    @field_validator("license", mode="before")
    @classmethod
    def _first(cls, value: object) -> object:
        first = value[0] if isinstance(value, list) and value else value
        return first[:200] if isinstance(first, str) else None

    @field_validator("language", mode="before")
    @classmethod
    def _several(cls, value: object) -> object:
        values = value if isinstance(value, list) else [value]
        return [item[:40] for item in values[:50] if isinstance(item, str)]


class SearchAnswer(BaseModel):
    model_config = ConfigDict(extra="ignore")

    id: str
    downloads: int = 0
    likes: int = 0
    tags: tuple[str, ...] = ()
    gated: bool | Literal["auto", "manual"] = False
    private: bool = False
    last_modified: AwareDatetime | None = Field(None, validation_alias=AliasChoices("lastModified", "last_modified"))
    card: CardData | None = Field(None, validation_alias=AliasChoices("cardData", "card_data"))

    @field_validator("downloads", "likes", "tags", "gated", "private", mode="before")
    @classmethod
    def _none_is_nothing(cls, value: object, info: ValidationInfo) -> object:
        return cls.model_fields[str(info.field_name)].default if value is None else value

    @field_validator("tags", mode="before")
    @classmethod
    def _only_texts(cls, value: object) -> object:
        return [tag for tag in value if isinstance(tag, str)] if isinstance(value, list) else value

    @property
    def license(self) -> str | None:
        named = [tag.removeprefix("license:") for tag in self.tags if tag.startswith("license:")]
        return (self.card.license if self.card else None) or (named[0] if named else None)

    def hit(self, repo_type: RepoType) -> RepoHit:
        return RepoHit(
            id=self.id,
            repo_type=repo_type,
            downloads=self.downloads,
            likes=self.likes,
            tags=self.tags[:50],
            gated=bool(self.gated),
            private=self.private,
            license=self.license,
            license_class=license_class(self.license, gated=bool(self.gated)),
            updated_at=self.last_modified,
        )


def read_hit(item: JsonValue) -> SearchAnswer | None:
    """One search result; None if it does not parse, so that the others are still shown."""
    try:
        return SearchAnswer.model_validate(item)
    except ValidationError:
        return None


class Pinned(BaseModel):
    """The commit of a revision."""

    model_config = ConfigDict(extra="ignore")

    sha: str = Field(pattern=r"^[0-9a-f]{40}$")


class PinnedRepo(Pinned):
    """The commit of a revision, and whether everybody may read the repository."""

    gated: JsonValue = None
    private: JsonValue = None

    @property
    def restricted(self) -> bool | None:
        """Whether the repository is gated or private; None if the answer does not say."""
        if self.gated or self.private:
            return True
        return None if self.gated is None or self.private is None else False


class Info(SearchAnswer, Pinned):
    pass


class HubAccount(BaseModel):
    """The account of a token."""

    model_config = ConfigDict(extra="ignore")

    name: str
    fullname: str | None = None
    type: str = "user"


class RepoHit(Wire):
    """A repository in a search result."""

    id: str
    repo_type: RepoType
    downloads: int
    likes: int
    tags: tuple[str, ...]
    gated: bool
    private: bool
    license: str | None
    license_class: LicenseClass
    updated_at: AwareDatetime | None


class Card(RepoHit):
    """One repository at one commit; `files` are the first of `file_count`, sizes in bytes."""

    revision: str
    commit: str
    language: tuple[str, ...]
    page: str
    size: int
    file_count: int
    files: tuple[CatalogFile, ...]
    trust: tuple[Trust, ...]

    @classmethod
    def of(cls, repo: Repo, info: Info, listing: Listing, page: str) -> Card:
        return cls(
            **dict(info.hit(repo.type)),
            revision=repo.revision,
            commit=info.sha,
            language=info.card.language if info.card else (),
            page=page,
            size=listing.size,
            file_count=len(listing.files),
            files=catalog_files(listing)[:_SHOWN_FILES],
            trust=trust_of(listing),
        )


def catalog_files(listing: Listing) -> tuple[CatalogFile, ...]:
    return tuple(
        CatalogFile(path=file.path, size=file.size, sha256=file.sha256, git_sha1=file.git_sha1)
        for file in listing.files
    )


def trust_of(listing: Listing) -> tuple[Trust, ...]:
    """The formats of the weights. Loading a pickle can run code; the other formats cannot."""
    names = [file.path.lower() for file in listing.files]
    flags: list[Trust] = []
    if any(name.endswith(_PICKLES) for name in names):
        flags.append("pickle")
    if any(name.endswith(".safetensors") for name in names):
        flags.append("safetensors")
    if any(name.endswith(".onnx") for name in names):
        flags.append("onnx")
    return tuple(flags)


_FREE = frozenset(
    {"apache-2.0", "mit", "bsd", "bsd-2-clause", "bsd-3-clause", "isc", "unlicense", "wtfpl", "mpl-2.0"}
    | {"cc0-1.0", "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "odbl", "odc-by", "pddl"}
    | {"gpl-2.0", "gpl-3.0", "lgpl-3.0", "agpl-3.0"}
)


def license_class(license: str | None, *, gated: bool) -> LicenseClass:
    """Whether a license permits commercial use, by its name on the Hub."""
    if gated:
        return "gated"
    name = (license or "").lower()
    if "-nc" in name or "noncommercial" in name or "non-commercial" in name:
        return "non-commercial"
    return "free" if name in _FREE else "unknown"

"""From what a client names to what is fetched and where it is installed. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.catalog.allowed import allows, listed, parts_of
from services.gateway.downloads.schemas import StartDownload
from shared.contracts.catalog import CatalogEntry
from shared.contracts.errors import ModelNotAllowed
from shared.contracts.kinds.download import DownloadSpec


@dataclass(frozen=True, slots=True)
class Wanted:
    """`allowed` says what the catalog says; whether this user needs it is another question."""

    name: str
    spec: DownloadSpec
    allowed: bool
    entry: CatalogEntry | None = None
    parts: tuple[str, ...] = ()


def resolve(wish: StartDownload, entries: Sequence[CatalogEntry]) -> Wanted:
    """An entry lends its repository, patterns and pinned commit where the client names none."""
    name = wish.name
    entry = listed(name, wish.repo_type, entries)
    if entry is None:
        spec = DownloadSpec(
            repo_id=name,
            repo_type=wish.repo_type or "model",
            repo_revision=wish.revision or "main",
            include=tuple(wish.include),
            exclude=tuple(wish.exclude),
        )
        return Wanted(name, spec, allows(spec, entries), parts=tuple(parts_of(name, entries)))
    spec = DownloadSpec(
        repo_id=entry.repo_id,
        asset_id=entry.id if entry.id != entry.repo_id else None,
        repo_type=entry.repo_type,
        repo_revision=wish.revision or entry.commit or entry.revision,
        include=tuple(wish.include) or entry.include,
        exclude=(*entry.exclude, *(pattern for pattern in wish.exclude if pattern not in entry.exclude)),
    )
    return Wanted(name, spec, allows(spec, entries), entry)


def refusal(wanted: Wanted) -> ModelNotAllowed:
    name = wanted.name
    if wanted.parts:
        return ModelNotAllowed(
            f"The catalog has only parts of {name}.", hint=f"Take one of: {', '.join(wanted.parts[:8])}."
        )
    if wanted.entry is not None and wanted.spec.repo_revision not in {wanted.entry.revision, wanted.entry.commit}:
        return ModelNotAllowed(
            f"The catalog does not have revision {wanted.spec.repo_revision} of {name}.",
            hint=f"Leave revision out to take what it has ({wanted.entry.commit or wanted.entry.revision}).",
        )
    if wanted.entry is not None:
        return ModelNotAllowed(
            f"The catalog does not have these files of {name}.", hint="Leave include out to take what it has."
        )
    return ModelNotAllowed(
        f"{name} is not in the catalog.",
        hint=f"An administrator adds it: sokhan catalog add {name} {_what(wanted)}, or POST /api/sources/catalog.",
    )


def _what(wanted: Wanted) -> str:
    return "--dataset" if wanted.spec.repo_type == "dataset" else "--kind tts|llm|asr|g2p"

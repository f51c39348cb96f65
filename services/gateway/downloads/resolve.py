"""Pure functions: the requested name to the files that are fetched and the asset that they become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.downloads.schemas import StartDownloadRequest
from shared.catalog.allowlist import allows, listed, parts_of
from shared.contracts.catalog import CatalogEntry
from shared.contracts.errors import ModelNotAllowed
from shared.contracts.hints import Action, Hint
from shared.contracts.kinds.download import DownloadSpec


@dataclass(frozen=True, slots=True)
class ResolvedRequest:
    """`allowed`: by the catalog. Whether this user is bound to the catalog is decided elsewhere."""

    name: str
    spec: DownloadSpec
    allowed: bool
    entry: CatalogEntry | None = None
    parts: tuple[str, ...] = ()


def resolve(request: StartDownloadRequest, entries: Sequence[CatalogEntry]) -> ResolvedRequest:
    """An entry supplies its repository, patterns and pinned commit if the client names none."""
    name = request.name
    entry = listed(name, request.repo_type, entries)
    if entry is None:
        spec = DownloadSpec(
            repo_id=name,
            repo_type=request.repo_type or "model",
            repo_revision=request.revision or "main",
            include=tuple(request.include),
            exclude=tuple(request.exclude),
        )
        return ResolvedRequest(name, spec, allows(spec, entries), parts=tuple(parts_of(name, entries)))
    spec = DownloadSpec(
        repo_id=entry.repo_id,
        asset_id=entry.id if entry.id != entry.repo_id else None,
        repo_type=entry.repo_type,
        repo_revision=request.revision or entry.commit or entry.revision,
        include=tuple(request.include) or entry.include,
        exclude=(*entry.exclude, *(pattern for pattern in request.exclude if pattern not in entry.exclude)),
    )
    return ResolvedRequest(name, spec, allows(spec, entries), entry)


def refusal(resolved: ResolvedRequest) -> ModelNotAllowed:
    name = resolved.name
    if resolved.parts:
        return ModelNotAllowed(
            f"The catalog has only parts of {name}.", hint=f"Take one of: {', '.join(resolved.parts[:8])}."
        )
    if resolved.entry is not None and resolved.spec.repo_revision not in {
        resolved.entry.revision,
        resolved.entry.commit,
    }:
        return ModelNotAllowed(
            f"The catalog does not have revision {resolved.spec.repo_revision} of {name}.",
            hint=f"Leave revision out to take what it has ({resolved.entry.commit or resolved.entry.revision}).",
        )
    if resolved.entry is not None:
        return ModelNotAllowed(
            f"The catalog does not have these files of {name}.", hint="Leave include out to take what it has."
        )
    return ModelNotAllowed(
        f"{name} is not in the catalog.",
        hint=Hint(Action.ADD_TO_CATALOG, f"{name} {_what(resolved)}"),
    )


def _what(resolved: ResolvedRequest) -> str:
    return "--dataset" if resolved.spec.repo_type == "dataset" else "--kind tts|llm|asr|g2p"

"""Pure functions: an entry after an edit by an administrator, and after a refresh from the Hub."""

from __future__ import annotations

from datetime import datetime

from services.gateway.catalog.schemas import EntryChangeRequest
from shared.catalog import SOURCE
from shared.contracts.catalog import CatalogEntry
from shared.contracts.errors import Validation
from shared.contracts.hints import Action, Hint
from shared.hub import Listing, catalog_files, license_class, trust_of
from shared.hub.api_models import Info

_NULLABLE = frozenset({"license", "commit"})
# MongoDB limits a document to 16 MB; files beyond this count are part of `size` and not listed.
_MAX_FILES = 20_000


def edited(entry: CatalogEntry, change: EntryChangeRequest) -> CatalogEntry:
    """The entry with the changes applied. Raises `Validation` for a null in a field that needs a value."""
    given = {name: getattr(change, name) for name in change.model_fields_set}
    if empty := sorted(name for name, value in given.items() if value is None and name not in _NULLABLE):
        raise Validation(f"{empty[0]}: this cannot be null; leave it out to keep it.")
    moved = any(name in SOURCE and value != getattr(entry, name) for name, value in given.items())
    pinned = "commit" in given and given["commit"] != entry.commit
    stale: dict[str, object] = {}
    if moved or pinned:
        # The stored Hub data belongs to the previous source.
        doubtful = tuple(dict.fromkeys((*entry.unverified, "size", "license")))
        stale = {"commit": None, "size": None, "files": (), "refreshed_at": None, "unverified": doubtful}
    return entry.model_copy(update={**stale, **given, "origin": "admin"})


def refreshed(entry: CatalogEntry, info: Info, listing: Listing, now: datetime) -> CatalogEntry:
    """The entry with the Hub's data of `listing.commit`. Raises `Validation` if no file matches its patterns."""
    chosen = listing.choose(entry.include, entry.exclude)
    if not chosen.files:
        raise Validation(
            f"No file of {entry.repo_id} matches the patterns of this entry.", hint=Hint(Action.CHANGE_CATALOG_PATTERNS)
        )
    files = catalog_files(chosen) if len(chosen.files) <= _MAX_FILES else ()
    # A part of a repository (one voice of many) may have another license than the repository.
    own_license = bool(entry.include) and entry.license is not None
    name = entry.license if own_license or info.license is None else info.license
    found = {"repo_id", "repo_type", "revision", "commit", "size", "files", "trust", "include", "exclude"}
    if info.license is not None and not own_license:
        found |= {"license", "license_class"}
    if _has_pairs(entry, {file.path for file in chosen.files}):
        found.add("pairs")
    return entry.model_copy(
        update={
            "commit": listing.commit,
            "size": chosen.size,
            "files": files,
            "trust": trust_of(chosen),
            "license": name,
            "license_class": license_class(name, gated=bool(info.gated)),
            "unverified": tuple(name for name in entry.unverified if name not in found),
            "refreshed_at": now,
        }
    )


def _has_pairs(entry: CatalogEntry, paths: set[str]) -> bool:
    return all({pair.checkpoint, pair.config} <= paths for pair in entry.pairs)

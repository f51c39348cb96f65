"""What becomes of an entry when an administrator edits it, and when the Hub is asked. Pure."""

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
# A document of the store holds some 16 MB; past this the files are counted in `size` and not listed.
_MAX_FILES = 20_000


def edited(entry: CatalogEntry, change: EntryChangeRequest) -> CatalogEntry:
    """Raises `Validation` for a null where there must be a value."""
    given = {name: getattr(change, name) for name in change.model_fields_set}
    if empty := sorted(name for name, value in given.items() if value is None and name not in _NULLABLE):
        raise Validation(f"{empty[0]}: this cannot be null; leave it out to keep it.")
    moved = any(name in SOURCE and value != getattr(entry, name) for name, value in given.items())
    pinned = "commit" in given and given["commit"] != entry.commit
    stale: dict[str, object] = {}
    if moved or pinned:
        # What was found on the Hub was found at another place.
        doubtful = tuple(dict.fromkeys((*entry.unverified, "size", "license")))
        stale = {"commit": None, "size": None, "files": (), "refreshed_at": None, "unverified": doubtful}
    return entry.model_copy(update={**stale, **given, "origin": "admin"})


def refreshed(entry: CatalogEntry, info: Info, listing: Listing, now: datetime) -> CatalogEntry:
    """The entry with what the Hub says of it at `listing.commit`. Raises `Validation` where no file belongs to it."""
    chosen = listing.choose(entry.include, entry.exclude)
    if not chosen.files:
        raise Validation(
            f"No file of {entry.repo_id} matches the patterns of this entry.", hint=Hint(Action.CHANGE_CATALOG_PATTERNS)
        )
    files = catalog_files(chosen) if len(chosen.files) <= _MAX_FILES else ()
    # A part of a repository (one voice of many) may have a license of its own, which the repository's does not tell.
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

"""Reads the seed file and merges it into a changed catalog."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from shared.contracts.catalog import CatalogEntry

FOUND_ON_HUB = frozenset({"commit", "size", "files", "license", "license_class", "trust", "unverified", "refreshed_at"})
"""The fields that a refresh sets from the Hub; they override the seed."""

SOURCE = frozenset({"repo_id", "repo_type", "revision", "include", "exclude"})
"""The fields that determine the files on the Hub. If one changes, the refreshed fields are no longer valid."""

_PROTECTED_FIELDS = FOUND_ON_HUB | {"origin", "updated_at"}


class _Seed(BaseModel):
    model_config = ConfigDict(extra="forbid")

    entry: tuple[CatalogEntry, ...]


def read_seed() -> tuple[CatalogEntry, ...]:
    """The entries of `seed.toml`. Blocking."""
    text = files("shared.catalog").joinpath("seed.toml").read_text(encoding="utf-8")
    return tuple(
        entry.model_copy(update={"origin": "seed"}) for entry in _Seed.model_validate(tomllib.loads(text)).entry
    )


def merged(seed: CatalogEntry, known: CatalogEntry) -> CatalogEntry:
    """`known` updated by the seed; unchanged if an administrator has edited it.

    The fields of a refresh are kept, unless the seed's `SOURCE` fields have changed.
    """
    if known.origin != "seed":
        return known
    same_source = all(getattr(seed, name) == getattr(known, name) for name in SOURCE)
    protected_fields = _PROTECTED_FIELDS if same_source and known.refreshed_at is not None else {"updated_at"}
    return seed.model_copy(update={name: getattr(known, name) for name in protected_fields})

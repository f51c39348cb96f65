"""Ids of the command line as parts of a URL's path: what a user types never changes the address."""

from __future__ import annotations

from urllib.parse import quote

from cli.errors import CliError
from shared.unicode import mend


def segment(value: str) -> str:
    """One segment. Raises `CliError` for one that a URL would resolve: `..`."""
    if value.strip() in {"", ".", ".."}:
        raise CliError(f"“{value}” is not an id.", code="VALIDATION")
    return quote(mend(value), safe="")


def segments(value: str) -> str:
    """An id with slashes, such as `namespace/name`."""
    return "/".join(segment(part) for part in value.split("/"))

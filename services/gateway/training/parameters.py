"""Query parameters that several endpoints of runs share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

Keys = Annotated[str, Query(description="comma-separated names; empty for all")]


def names_in(listed: str) -> tuple[str, ...]:
    """The names in a comma-separated list."""
    return tuple(name.strip() for name in listed.split(",") if name.strip())

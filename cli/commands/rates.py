"""A bandwidth cap as an option of a command."""

from __future__ import annotations

import typer

from cli.units import parse_rate


def rate_of(text: str | None, hint: str) -> int | None:
    """Bytes a second; None without a text or for `none`. Raises `typer.BadParameter` (status 2) for an invalid rate."""
    if text is None:
        return None
    try:
        return parse_rate(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=hint) from error

"""Parses the option `--set name=value`."""

from __future__ import annotations

import json
from collections.abc import Iterable

import typer
from pydantic import JsonValue


def config_of(pairs: Iterable[str]) -> dict[str, JsonValue]:
    """The parameters by name; a value is parsed as JSON, else taken as text. Raises `typer.BadParameter`."""
    config: dict[str, JsonValue] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            raise typer.BadParameter(f"“{pair}” is not name=value", param_hint="--set")
        try:
            config[name] = json.loads(value)
        except ValueError:
            config[name] = value
    return config

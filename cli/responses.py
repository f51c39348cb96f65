"""Reads values from the gateway's answers. Raises `CliError` for an answer in another format."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import JsonValue

from cli.client import Json
from cli.errors import unexpected


def one_of(answer: Json) -> Json:
    """The object in an answer."""
    return required(answer, "data")


def items_of(answer: Json) -> list[Json]:
    """The objects in a listing."""
    return objects(answer["data"])


def objects(value: JsonValue) -> list[Json]:
    """The objects in a list; none if it is no list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def required(data: Json, name: str) -> Json:
    """The object of that name. Raises `CliError` if it is missing."""
    value = data.get(name)
    if not isinstance(value, dict):
        raise unexpected(f"The gateway's answer has no {name}.")
    return value


def inner(data: Json, name: str) -> Json:
    """The object of that name, empty if there is none."""
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def names(value: JsonValue) -> list[str]:
    """The texts in a list; none if it is no list."""
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def strings(values: Iterable[str] | None) -> list[JsonValue]:
    return list(values or ())

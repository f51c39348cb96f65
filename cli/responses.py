"""Takes the gateway's answers apart."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import JsonValue

from cli.client import Json


def one_of(answer: Json) -> Json:
    """What an answer is about, where that is one thing."""
    data = answer["data"]
    assert isinstance(data, dict)
    return data


def items_of(answer: Json) -> list[Json]:
    """What an answer lists."""
    return objects(answer["data"])


def objects(value: JsonValue) -> list[Json]:
    """The objects in a list; nothing where it is none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def inner(data: Json, name: str) -> Json:
    """The object of that name, empty where there is none."""
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def strings(values: Iterable[str] | None) -> list[JsonValue]:
    return list(values or ())

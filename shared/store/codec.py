"""Values as JSON that preserves their type and order. SQLite documents and cursors are in this format.

    None        null
    int, float  a JSON number; a float always has a point or an exponent
    str         'text
    bytes       *00000003:0a0b0c      length, then hex: MongoDB orders bytes by length first
    bool        ?true
    datetime    @2026-01-31T12:00:00.000        UTC
    list, dict  [ ], { }

The first character of a string gives the kind, so text that looks like a date stays text. With these characters, plain
text comparison sorts the kinds in MongoDB's order; lists and mappings come last.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic_core import from_json

from shared.store.port import Value
from shared.store.values import INT64_MAX, INT64_MIN

Json = None | int | float | str | list["Json"] | dict[str, "Json"]

TEXT, BYTES, BOOL, MOMENT = "'", "*", "?", "@"


def dumps(value: Value) -> str:
    return json.dumps(encode(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def loads(text: str) -> Value:
    """The inverse of `dumps`. Raises `ValueError` for any other text."""
    return decode(parse(text))


def parse(text: str) -> Json:
    """Parse strict JSON. Python's own parser accepts NaN and Infinity, and takes twice as long."""
    parsed: Json = from_json(text, allow_inf_nan=False)
    return parsed


def encode(value: Value) -> Json:
    match value:
        case bool():
            return f"{BOOL}{'true' if value else 'false'}"
        case None | int() | float():
            return value
        case str():
            return TEXT + _without_nul(value)
        case bytes():
            return f"{BYTES}{len(value):08x}:{value.hex()}"
        case datetime():
            return MOMENT + value.replace(tzinfo=None).isoformat(timespec="milliseconds")
        case _:
            return _encode_container(value)


def _encode_container(value: Sequence[Value] | Mapping[str, Value]) -> Json:
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    return [encode(item) for item in value]


def decode(stored: Json) -> Value:
    # The hot path of a long page of metrics: numbers, most of its values, cost no recursive call.
    kind = type(stored)
    if isinstance(stored, dict):
        return {key: item if type(item) is float else decode(item) for key, item in stored.items()}
    if isinstance(stored, list):
        return [
            item if type(item) is float or (type(item) is int and INT64_MIN <= item <= INT64_MAX) else decode(item)
            for item in stored
        ]
    if isinstance(stored, str):
        return _decode_text(stored)
    if stored is None or kind is float or (kind is int and INT64_MIN <= stored <= INT64_MAX):
        return stored
    raise ValueError(stored)


def _decode_text(stored: str) -> Value:
    kind, rest = stored[:1], stored[1:]
    if kind == TEXT:
        return _with_nul(rest)
    if kind == MOMENT:
        return datetime.fromisoformat(rest).replace(tzinfo=UTC)
    if kind == BYTES:
        return bytes.fromhex(rest.partition(":")[2])
    if stored in ("?true", "?false"):
        return stored == "?true"
    raise ValueError(stored[:20])


# SQLite's json_extract ends a string at NUL. This escape preserves the order: 00 becomes 01 01, and 01 becomes 01 02.
def _without_nul(text: str) -> str:
    return text.replace("\x01", "\x01\x02").replace("\x00", "\x01\x01")


def _with_nul(text: str) -> str:
    return text.replace("\x01\x01", "\x00").replace("\x01\x02", "\x01")

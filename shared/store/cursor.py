"""Cursors: the start of the next page in a sort order, as an opaque string that is safe in a URL."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence

from shared.contracts.errors import Validation
from shared.store import codec
from shared.store.port import UnsupportedQuery, Value
from shared.store.values import is_scalar

Order = Sequence[tuple[str, int]]


def make_cursor(order: Order, last: Mapping[str, Value]) -> str:
    """The cursor after the document `last`. Raises `UnsupportedQuery` if it is sorted by a list or a mapping."""
    place = [field_at(last, path) for path, _ in order]
    if not all(map(is_scalar, place)):
        raise UnsupportedQuery("A page cannot end on a document that is sorted by a list or a mapping.")
    text = json.dumps([_written(order), codec.encode(place)], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(order: Order, cursor: str) -> list[Value]:
    """The last values of the previous page, one for each field of `order`. Raises `Validation` for a foreign cursor."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        parsed = codec.parse(base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True).decode())
        if not isinstance(parsed, list):
            raise _refusal()
        written, stored = parsed
        place = codec.decode(stored)
    except (ValueError, TypeError, RecursionError):
        raise _refusal() from None
    if written != _written(order) or not isinstance(place, list) or len(place) != len(order):
        raise _refusal()
    if not all(map(is_scalar, place)) or not isinstance(place[-1], str):
        raise _refusal()
    return place


def field_at(document: Mapping[str, Value], path: str) -> Value:
    """The value at a path; None if it does not exist."""
    value: Value = document
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _written(order: Order) -> list[list[str | int]]:
    return [[path, direction] for path, direction in order]


def _refusal() -> Validation:
    return Validation(
        "The cursor does not belong to this list.", hint="Request the first page again, without a cursor."
    )

"""The value model: validates the values of a document and converts them to the form that both adapters store."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from shared.contracts.errors import Validation
from shared.store.port import Document, Value

MAX_DEPTH = 64
"""MongoDB refuses documents nested deeper than 100; this leaves a margin for the levels that `$set` adds."""

MAX_BYTES = 16 * 1024 * 1024
"""MongoDB's limit for one document; the SQLite adapter applies it to its JSON."""

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1


def normal_document(document: Document) -> dict[str, Value]:
    """A deep copy in normal form: UTC datetimes cut to milliseconds, plain types, lists for sequences.

    Raises `Validation` naming the field that is outside the model.
    """
    key = document.get("id")
    if not isinstance(key, str) or not key:
        raise Validation("A document needs an `id`: a string that is not empty.")
    if "_id" in document:
        raise Validation("A document has no field `_id`: its key is `id`.")
    return _mapping(document, "document", 1)


def normal_value(value: object, where: str, depth: int = 1) -> Value:
    """One value in normal form. `where`: its path, for errors; `depth`: its nesting level."""
    if depth > MAX_DEPTH:
        raise Validation(f"{where[:80]}… is nested deeper than {MAX_DEPTH} levels.")
    if isinstance(value, Mapping):
        return _mapping(value, where, depth)
    if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray | memoryview):
        return [normal_value(item, f"{where}[{n}]", depth + 1) for n, item in enumerate(value)]
    return _scalar(value, where)


def is_scalar(value: Value) -> bool:
    return not isinstance(value, list | Mapping)


def _mapping(mapping: Mapping[Any, object], where: str, depth: int) -> dict[str, Value]:
    normal: dict[str, Value] = {}
    for key, value in mapping.items():
        if not isinstance(key, str) or not key or any(c in key for c in "$.\0"):
            raise Validation(f"{where}: the key {key!r} must be a string, not empty, without `$`, `.` and NUL.")
        # `str.__str__` gives the value of a string enum, also if the enum overrides `__str__`.
        name = str.__str__(key)
        normal[name] = normal_value(value, f"{where}.{_text(name, where)}", depth + 1)
    return normal


def _scalar(value: object, where: str) -> Value:
    match value:
        case None | bool():
            return value
        case int():
            if not INT64_MIN <= value <= INT64_MAX:
                raise Validation(f"{where}: {str(value)[:40]} does not fit in 64 bits.")
            return int(value)
        case float():
            # JSON has no NaN and no infinity, and `NaN != NaN` makes filters wrong.
            if not math.isfinite(value):
                raise Validation(f"{where}: {value} is not a finite number.")
            return float(value)
        case str():
            return _text(str.__str__(value), where)
        case bytes():
            return bytes(value)
        case datetime():
            return _utc(value, where)
        case _:
            raise Validation(f"{where}: a {type(value).__name__} cannot be stored.")


def _text(text: str, where: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise Validation(f"{where}: the text is not valid Unicode (a lone surrogate).") from None
    return text


def _utc(moment: datetime, where: str) -> datetime:
    if moment.utcoffset() is None:
        raise Validation(f"{where}: the datetime {moment} has no time zone.")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError:
        raise Validation(f"{where}: the datetime {moment} is outside the years 1 to 9999 in UTC.") from None
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000, fold=0)

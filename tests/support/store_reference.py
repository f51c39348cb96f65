"""What the port promises about filters and order, once more, in the plainest Python: the tests' own opinion."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

MISSING = object()


def matches(document: Mapping[str, Any], filter: Mapping[str, Any]) -> bool:
    return all(_holds(_at(document, path), wanted) for path, wanted in filter.items())


def sort_key(document: Mapping[str, Any], path: str) -> tuple[int, Any]:
    """Comparable between any two scalars. Bytes go by length first, as MongoDB has it."""
    value = _at(document, path)
    kind = _kind(value)
    return kind, (0 if kind == 0 else (len(value), value) if kind == 3 else value)


def _holds(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return _equal(value, wanted)
    return all(_operator(value, operator, operand) for operator, operand in wanted.items())


def _operator(value: Any, operator: str, operand: Any) -> bool:
    if operator == "$exists":
        return (value is not MISSING) is operand
    if operator == "$ne":
        return not _equal(value, operand)
    if operator == "$in":
        return any(_equal(value, item) for item in operand)
    if _kind(value) != _kind(operand):
        return False
    return bool(
        {
            "$lt": lambda: value < operand,
            "$lte": lambda: value <= operand,
            "$gt": lambda: value > operand,
            "$gte": lambda: value >= operand,
        }[operator]()
    )


def _equal(value: Any, wanted: Any) -> bool:
    kind = _kind(value)
    return kind != 9 and kind == _kind(wanted) and (kind == 0 or value == wanted)


def _kind(value: Any) -> int:
    if value is MISSING or value is None:
        return 0
    for kind, types in ((4, bool), (1, (int, float)), (2, str), (3, bytes), (5, datetime)):
        if isinstance(value, types):
            return kind
    return 9


def _at(document: Any, path: str) -> Any:
    for step in path.split("."):
        document = document.get(step, MISSING) if isinstance(document, Mapping) else MISSING
    return document

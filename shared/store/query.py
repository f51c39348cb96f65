"""Validates filters and sorts and parses them for both adapters. `port.py` documents their semantics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from shared.store.collections import Index
from shared.store.port import Filter, Sort, UnsupportedQuery, Value
from shared.store.values import is_scalar, normal_value

Operator = Literal["$eq", "$in", "$ne", "$lt", "$lte", "$gt", "$gte", "$exists"]

_EXPLICIT_OPERATORS = set(get_args(Operator)) - {"$eq"}
"""Equality has one form only: `{field: value}`."""

MAX_LIMIT = 10_000
"""A page is in memory twice: as rows and as documents."""

MAX_IN = 1_000
"""Well below the 32,766 parameters of one SQLite statement."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`operand` is a scalar; for `$in` a list of scalars; for `$exists` a bool."""

    path: str
    operator: Operator
    operand: Value


def parse_filter(filter: Filter | None) -> tuple[Condition, ...]:
    """Conditions that must all hold. Raises `UnsupportedQuery`, or `Validation` for a value outside the model."""
    conditions: list[Condition] = []
    for path, requirement in (filter or {}).items():
        check_path(path)
        if not isinstance(requirement, Mapping):
            conditions.append(_condition(path, "$eq", requirement))
            continue
        if not requirement:
            raise UnsupportedQuery(f"{path}: an empty mapping is not a condition.")
        for operator, operand in requirement.items():
            if operator not in _EXPLICIT_OPERATORS:
                raise UnsupportedQuery(f"{path}: {operator!r} is not an operator of the store.")
            conditions.append(_condition(path, operator, operand))
    return tuple(conditions)


def parse_sort(sort: Sort) -> tuple[tuple[str, int], ...]:
    """The full order. It always ends in `id`, so that it is a total order."""
    order: list[tuple[str, int]] = []
    for path, direction in sort:
        check_path(path)
        if type(direction) is not int or direction not in (1, -1):
            raise UnsupportedQuery(f"sort by {path}: the direction is 1 or -1, not {direction!r}.")
        if any(path == seen for seen, _ in order):
            raise UnsupportedQuery(f"sort by {path}: it occurs twice.")
        order.append((path, direction))
        if path == "id":
            return tuple(order)
    return (*order, ("id", 1))


def check_limit(limit: int) -> int:
    if type(limit) is not int or not 1 <= limit <= MAX_LIMIT:
        raise UnsupportedQuery(f"A limit is 1 to {MAX_LIMIT}, not {limit!r}.")
    return limit


def check_collection(collections: Mapping[str, tuple[Index, ...]], collection: str) -> None:
    if collection not in collections:
        raise UnsupportedQuery(f"There is no collection {collection!r}in collections.py.")


def check_path(path: object) -> None:
    """Raises `UnsupportedQuery` unless `path` is dotted names. `id` is the document's key and has no fields."""
    if not isinstance(path, str):
        raise UnsupportedQuery(f"{path!r} is not a field's name.")
    segments = path.split(".")
    # A number would be an index into a list for MongoDB and a plain key for SQLite; quotes would end a JSON path early.
    if any(
        not s or s.isdecimal() or any(c in '$"\\' or c < " " or "\ud800" <= c <= "\udfff" for c in s) for s in segments
    ):
        raise UnsupportedQuery(f"{path!r} is not a path: dotted names, no operator, no number, no quote.")
    if segments[0] == "_id" or (segments[0] == "id" and len(segments) > 1):
        raise UnsupportedQuery(f"{path!r}: a document's key is `id`, a string.")


def _condition(path: str, operator: object, operand: Value) -> Condition:
    match operator:
        case "$eq" | "$ne" if is_scalar(value := normal_value(operand, path)):
            return Condition(path, operator, value)
        case "$in" if isinstance(operand, list | tuple | set | frozenset) and len(operand) <= MAX_IN:
            values = [normal_value(item, path) for item in operand]
            if all(map(is_scalar, values)):
                return Condition(path, "$in", values)
        case "$lt" | "$lte" | "$gt" | "$gte" if isinstance(operand, int | float | str | datetime):
            if not isinstance(operand, bool):
                return Condition(path, operator, normal_value(operand, path))
        case "$exists" if isinstance(operand, bool):
            return Condition(path, "$exists", operand)
    raise UnsupportedQuery(f"{path}: {operator} does not take {str(operand)[:80]!r}.")

"""Compiles conditions, cursors and edits to MongoDB's query language.

In MongoDB a condition matches any element of a list on its path. The port does not allow this, so each condition
excludes lists. MongoDB also compares values of one kind only, so the condition of a cursor lists the later kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from shared.store.changes import Edit
from shared.store.port import Value
from shared.store.query import Condition

Query = dict[str, object]

_ORDER = ("number", "string", "object", "array", "binData", "bool", "date")
"""MongoDB's names for the kinds, in its sort order; null and missing come before them."""


def name(path: str) -> str:
    return "_id" if path == "id" else path


def compile_filter(conditions: Iterable[Condition]) -> Query:
    return _all([_condition(condition) for condition in conditions])


def after(order: Sequence[tuple[str, int]], place: Sequence[Value]) -> Query:
    """The condition for documents after `place`, the values of a cursor."""
    alternatives: list[Query] = []
    for n, (path, direction) in enumerate(order):
        beyond = _beyond(name(path), direction, place[n])
        if beyond is not None:
            equal: list[Query] = [{name(p): {"$eq": v}} for (p, _), v in zip(order[:n], place[:n], strict=True)]
            alternatives.append(_all([*equal, beyond]))
    return _any(alternatives)


def sort_of(order: Sequence[tuple[str, int]]) -> list[tuple[str, int]]:
    return [(name(path), direction) for path, direction in order]


def compile_edit(edit: Edit) -> Query:
    parts: Query = {"$set": dict(edit.sets), "$unset": dict.fromkeys(edit.unsets, ""), "$inc": dict(edit.incs)}
    return {operator: part for operator, part in parts.items() if part}


def _condition(condition: Condition) -> Query:
    path, operand = name(condition.path), condition.operand
    match condition.operator:
        case "$eq":
            return _equal(path, operand)
        case "$ne":
            return {"$nor": [_equal(path, operand)]}
        case "$in":
            assert isinstance(operand, list)
            values = [value for value in operand if value is not None]
            inside = _all([{path: {"$in": values}}, *_no_list(path, itself=True)])
            return _any([inside, _equal(path, None)]) if None in operand else inside
        case "$exists":
            exists = _all([{path: {"$exists": True}}, *_no_list(path, itself=False)])
            return exists if operand else {"$nor": [exists]}
        case operator:
            return _all([{path: {operator: operand}}, *_no_list(path, itself=True)])


def _equal(path: str, value: Value) -> Query:
    equal = _all([{path: {"$eq": value}}, *_no_list(path, itself=True)])
    if value is not None:
        return equal
    # A path through a list is missing.
    steps = path.split(".")
    lists: list[Query] = [{".".join(steps[:n]): {"$type": "array"}} for n in range(1, len(steps))]
    return _any([equal, *lists])


def _no_list(path: str, *, itself: bool) -> list[Query]:
    if path == "_id":
        return []
    steps = path.split(".")
    return [{".".join(steps[:n]): {"$not": {"$type": "array"}}} for n in range(1, len(steps) + itself)]


def _beyond(path: str, direction: int, value: Value) -> Query | None:
    if path == "_id":
        return {path: {"$gt" if direction == 1 else "$lt": value}}
    if value is None:
        return {path: {"$ne": None}} if direction == 1 else None
    kind = _ORDER.index(_kind(value))
    further: list[Query]
    if direction == 1:
        further = [{path: {"$gt": value}}, *_of_kinds(path, _ORDER[kind + 1 :])]
    else:
        further = [{path: {"$lt": value}}, *_of_kinds(path, _ORDER[:kind]), {path: {"$eq": None}}]
    return _any(further)


def _of_kinds(path: str, kinds: Sequence[str]) -> list[Query]:
    return [{path: {"$type": list(kinds)}}] if kinds else []


def _kind(value: Value) -> str:
    match value:
        case bool():
            return "bool"
        case int() | float():
            return "number"
        case str():
            return "string"
        case bytes():
            return "binData"
        case _:
            return "date"


def _all(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"$and": list(queries)} if queries else {}


def _any(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else {"$or": list(queries)}

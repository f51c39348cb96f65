"""Compiles conditions, orders and indexes to SQL. Each collection is a table `id TEXT PRIMARY KEY, doc TEXT`.

Every field is read through one *key expression*, with the same spelling in queries and in indexes, so that SQLite uses
the expression index. Null and missing become minus infinity, which no document may hold. So no expression is NULL,
comparisons have two results only, and null is a value in a unique index, as in MongoDB.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.store import codec
from shared.store.collections import Index
from shared.store.port import Value
from shared.store.query import Condition, parse_filter

NULL = "-9e999"

Parameter = str | int | float


@dataclass(slots=True)
class Where:
    """An SQL condition and its parameters, in the same order."""

    terms: list[str] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)

    def add(self, term: str, *values: Value) -> None:
        """`term` has one `{}` for each value."""
        self.terms.append(term.format(*(self._place(value) for value in values)))

    def sql(self) -> str:
        return " AND ".join(self.terms) or "1"

    def _place(self, value: Value) -> str:
        if value is None:
            return NULL
        stored = codec.encode(value)
        assert isinstance(stored, str | int | float)
        if isinstance(stored, float):
            # SQLite's parser reads the stored number and may be off by one bit, so it must parse this one as well.
            self.parameters.append(json.dumps(stored))
            return "json_extract(?,'$')"
        self.parameters.append(stored)
        return "?"


def key(path: str) -> str:
    return "id" if path == "id" else f"ifnull(json_extract(doc,{_json_path(path)}),{NULL})"


def compile_filter(conditions: Iterable[Condition], indexes: Sequence[Index] = ()) -> Where:
    where = Where()
    partial = {path for index in indexes for path in index.where}
    conditions = tuple(conditions)
    bounded = _bounded(conditions)
    for condition in conditions:
        _add(where, condition, bracket=condition.path not in bounded)
        # SQLite uses a partial index only if the query contains the index's condition literally.
        if condition.operator == "$eq" and condition.operand is not None and condition.path in partial:
            where.terms.append(_exists(condition.path))
    return where


def add_position(where: Where, order: Sequence[tuple[str, int]], place: Sequence[Value]) -> None:
    """Restrict to documents after `place`. The first term is implied by the others; it lets SQLite use the index."""
    path, direction = order[0]
    where.add(f"{_escaped(key(path))} {'>=' if direction == 1 else '<='} {{}}", place[0])
    parts: list[str] = []
    values: list[Value] = []
    for n, (path, direction) in enumerate(order):
        equal = [f"{_escaped(key(p))} = {{}}" for p, _ in order[:n]]
        parts.append(" AND ".join([*equal, f"{_escaped(key(path))} {'>' if direction == 1 else '<'} {{}}"]))
        values.extend(place[: n + 1])
    where.add(f"({' OR '.join(parts)})", *values)


def order_by(order: Sequence[tuple[str, int]]) -> str:
    return ", ".join(f"{key(path)} {'ASC' if direction == 1 else 'DESC'}" for path, direction in order)


def create_table(collection: str) -> str:
    return f'CREATE TABLE IF NOT EXISTS "{collection}" (id TEXT PRIMARY KEY NOT NULL, doc TEXT NOT NULL)'


def create_index(collection: str, index: Index) -> str:
    fields = index.fields if index.unique else (*index.fields, ("id", 1))
    unique = "UNIQUE " if index.unique else ""
    name = index_name(collection, index)
    sql = f'CREATE {unique}INDEX IF NOT EXISTS "{name}" ON "{collection}" ({order_by(fields)})'
    terms = [
        _exists(c.path) if c.operator == "$exists" else f"{key(c.path)} = {_literal(c.operand)}"
        for c in parse_filter(index.where)
    ]
    return f"{sql} WHERE {' AND '.join(terms)}" if terms else sql


def index_name(collection: str, index: Index) -> str:
    return f"{collection}__{index.name}"


def _bounded(conditions: Sequence[Condition]) -> set[str]:
    """Paths with a lower and an upper bound of one kind. The bounds imply the kind, so these paths need no bracket;
    SQLite might choose the bracket for its range scan, and read every row of the collection before the first match.
    """
    sides: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for condition in conditions:
        if condition.operator in {"$gt", "$gte", "$lt", "$lte"}:
            kinds = sides.setdefault(condition.path, {}).setdefault(condition.operator[:3], set())
            kinds.add(_bracket(condition.operand))
    return {path for path, found in sides.items() if len(found) == 2 and len(set.union(*found.values())) == 1}


def _add(where: Where, condition: Condition, *, bracket: bool) -> None:
    column, operand = _escaped(key(condition.path)), condition.operand
    match condition.operator:
        case "$eq":
            where.add(f"{column} = {{}}", operand)
        case "$ne":
            where.add(f"{column} <> {{}}", operand)
        case "$in":
            assert isinstance(operand, list)
            where.add(f"{column} IN ({','.join(['{}'] * len(operand))})", *operand)
        case "$exists":
            where.terms.append(_exists(condition.path) if operand else f"NOT ({_exists(condition.path)})")
        case "$gt" | "$gte":
            where.add(f"{column} {'>' if condition.operator == '$gt' else '>='} {{}}", operand)
            if bracket:
                where.terms.append(f"{key(condition.path)} {_bracket(operand)[1]}")
        case "$lt" | "$lte":
            where.add(f"{column} {'<' if condition.operator == '$lt' else '<='} {{}}", operand)
            if bracket:
                where.terms.append(f"{key(condition.path)} {_bracket(operand)[0]}")


def _bracket(operand: Value) -> tuple[str, str]:
    """The lower and the upper bound that restrict a comparison to values of the operand's kind."""
    if isinstance(operand, str | datetime):
        kind = codec.TEXT if isinstance(operand, str) else codec.MOMENT
        return f">= {_quoted(kind)}", f"< {_quoted(chr(ord(kind) + 1))}"
    # For SQLite any number is below any text.
    return f"> {NULL}", "< ''"


def _exists(path: str) -> str:
    return "id IS NOT NULL" if path == "id" else f"json_type(doc,{_json_path(path)}) IS NOT NULL"


def _json_path(path: str) -> str:
    return _quoted("$" + "".join(f'."{step}"' for step in path.split(".")))


def _literal(value: Value) -> str:
    if value is None:
        return NULL
    stored = codec.encode(value)
    return _quoted(stored) if isinstance(stored, str) else str(stored)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _escaped(sql: str) -> str:
    return sql.replace("{", "{{").replace("}", "}}")

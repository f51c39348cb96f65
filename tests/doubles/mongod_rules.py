"""Rules of MongoDB's that mongomock-ng leaves out, and that the Mongo adapter's promises rest on.

Each function says which. They were written from MongoDB's manual, not from the adapter.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

filtering: Any = importlib.import_module("mongomock_ng.filtering")
"""Its insides, which it gives no types for."""

Raw = dict[str, Any]


class Refused(Exception):
    """A command or a write that the server answers with an error."""

    def __init__(self, code: int, message: str, **details: object) -> None:
        super().__init__(message)
        self.details = {"code": code, "errmsg": message, **details}


@dataclass(frozen=True, slots=True)
class Unique:
    name: str
    keys: Sequence[tuple[str, int]]
    where: Raw = field(default_factory=dict)


def correct_mongomock() -> None:
    """Once, before the first query.

    - `True` is not 1: equality holds within one BSON kind only.
    - `$type` takes a list of kinds, and "null" is one of them.
    - A path through something that is not a document leads to a missing field, not to no match at all.
    """
    candidates, has_type = filtering.iter_key_candidates, filtering._type_op

    def equal(value: object, wanted: object) -> bool:
        if value is filtering.NOTHING or wanted is None:
            return wanted is None and (value is filtering.NOTHING or value is None)
        return bool(filtering._get_compare_type(value) == filtering._get_compare_type(wanted) and value == wanted)

    def of_type(value: object, wanted: object) -> bool:
        kinds = wanted if isinstance(wanted, list) else [wanted]
        return value is not filtering.NOTHING and any(has_type(value, kind) for kind in kinds)

    filtering.operator_eq = equal
    filtering.iter_key_candidates = lambda key, document: candidates(key, document) or [filtering.NOTHING]
    operators = filtering._filterer_inst._operator_map
    operators["$eq"] = filtering._list_expand(equal)
    operators["$ne"] = filtering._list_expand(lambda value, wanted: not equal(value, wanted), negative=True)
    operators["$type"] = of_type


def check_unique(document: Raw, others: Iterable[Raw], uniques: Iterable[Unique]) -> None:
    """A partial index holds only the documents its filter matches, the new one included; missing counts as null."""
    held = [index for index in uniques if filtering.filter_applies(index.where, document)]
    if not held:
        return
    wanted = [_entry(document, index) for index in held]
    for other in others:
        if other["_id"] == document["_id"]:
            continue
        for index, entry in zip(held, wanted, strict=True):
            if _entry(other, index) == entry and filtering.filter_applies(index.where, other):
                raise Refused(
                    11000,
                    f"E11000 duplicate key error index: {index.name} dup key: {entry!r}",
                    keyPattern=dict(index.keys),
                )


def check_update(document: Raw, update: Mapping[str, Mapping[str, Any]]) -> None:
    """Codes 28 (a path through a scalar), 14 (`$inc` on what is no number), 2 (`$inc` beyond 64 bits)."""
    for path in (*update.get("$set", {}), *update.get("$inc", {})):
        parent: object = document
        for step in path.split(".")[:-1]:
            parent = parent.get(step, {}) if isinstance(parent, dict) else None
            if not isinstance(parent, dict):
                raise Refused(28, f"Cannot create field in element {step}")
    for path, amount in update.get("$inc", {}).items():
        present = _at(document, path)
        if present is filtering.NOTHING:
            continue
        if isinstance(present, bool) or not isinstance(present, int | float):
            raise Refused(14, f"Cannot apply $inc to a value of non-numeric type at {path}")
        total = present + amount
        if isinstance(total, int) and not -(2**63) <= total < 2**63:
            raise Refused(2, f"Failed to apply $inc operations to current value at {path}")


def _entry(document: Raw, index: Unique) -> list[tuple[int, object]]:
    values = [_at(document, path) for path, _ in index.keys]
    return [(filtering._get_compare_type(v), None if v is filtering.NOTHING else v) for v in values]


def _at(document: object, path: str) -> object:
    for step in path.split("."):
        document = document.get(step, filtering.NOTHING) if isinstance(document, dict) else filtering.NOTHING
    return document

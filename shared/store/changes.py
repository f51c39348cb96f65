"""Changes of documents: their validation, and their application for the SQLite adapter."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from shared.contracts.errors import Validation
from shared.store.port import Change, UnsupportedQuery, Value
from shared.store.query import check_path
from shared.store.values import INT64_MAX, INT64_MIN, normal_value


@dataclass(frozen=True, slots=True)
class Edit:
    """A change in normal form. No path in it equals or contains another."""

    sets: Mapping[str, Value]
    unsets: tuple[str, ...]
    incs: Mapping[str, int | float]


def parse_change(change: Change) -> Edit:
    """Raises `UnsupportedQuery` for a shape outside `$set $unset $inc`, `Validation` for a value outside the model."""
    unknown = set(change) - {"$set", "$unset", "$inc"}
    if unknown:
        raise UnsupportedQuery(f"{sorted(map(str, unknown))} in a change: it takes $set, $unset and $inc.")
    if not all(isinstance(part, Mapping) for part in change.values()):
        raise UnsupportedQuery("Each part of a change maps paths to values.")
    sets, incs = change.get("$set", {}), change.get("$inc", {})
    unsets = tuple(change.get("$unset", {}))
    _check_paths([*sets, *unsets, *incs])
    return Edit(
        {path: normal_value(value, path, path.count(".") + 2) for path, value in sets.items()},
        unsets,
        {path: _number(path, value) for path, value in incs.items()},
    )


def apply_edit(document: Mapping[str, Value], edit: Edit) -> dict[str, Value]:
    """A changed copy, by MongoDB's rules. Raises `Validation` if a path leads through a value that is not a mapping."""
    changed = _copy(document)
    for path, value in edit.sets.items():
        parent, name = _parent(changed, path)
        parent[name] = value
    for path in edit.unsets:
        _unset(changed, path)
    for path, amount in edit.incs.items():
        parent, name = _parent(changed, path)
        parent[name] = _sum(path, parent.get(name, 0), amount)
    return changed


def _check_paths(paths: list[str]) -> None:
    if not paths:
        raise UnsupportedQuery("A change must not be empty.")
    for path in paths:
        check_path(path)
        if path == "id":
            raise UnsupportedQuery("The `id` of a document never changes.")
    ordered = sorted(path.split(".") for path in paths)
    # Sorted by segments, a path is followed directly by the paths that it contains or equals.
    for first, second in pairwise(ordered):
        if second[: len(first)] == first:
            raise UnsupportedQuery(f"One change touches {'.'.join(first)} twice.")


def _number(path: str, value: Value) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise UnsupportedQuery(f"{path}: $inc takes a number, not {str(value)[:80]!r}.")
    number = normal_value(value, path)
    assert isinstance(number, int | float)
    return number


def _sum(path: str, value: Value, amount: float) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Validation(f"{path} is not a number: it cannot be incremented.")
    total = value + amount
    if isinstance(total, int) and not INT64_MIN <= total <= INT64_MAX:
        raise Validation(f"{path} would no longer fit in 64 bits.")
    if not math.isfinite(total):
        raise Validation(f"{path} would no longer be a finite number.")
    return total


def _copy(mapping: Mapping[str, Value]) -> dict[str, Value]:
    """A copy that shares the lists: no edit changes the inside of one."""
    return {key: _copy(value) if isinstance(value, Mapping) else value for key, value in mapping.items()}


def _parent(document: dict[str, Value], path: str) -> tuple[dict[str, Value], str]:
    *parents, name = path.split(".")
    for step in parents:
        below = document.setdefault(step, {})
        if not isinstance(below, dict):
            raise Validation(f"{path}: {step} is not a mapping, so it cannot hold a field.")
        document = below
    return document, name


def _unset(document: dict[str, Value], path: str) -> None:
    *parents, name = path.split(".")
    for step in parents:
        below = document.get(step)
        if not isinstance(below, dict):
            return
        document = below
    document.pop(name, None)

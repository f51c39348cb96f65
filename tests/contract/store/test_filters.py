"""What a filter matches, the same on every store."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shared.contracts.errors import Validation
from shared.store import Store, UnsupportedQuery
from tests.support.store_backends import Backend

DAY = datetime(2026, 1, 1, tzinfo=UTC)

DOCUMENTS: dict[str, dict[str, Any]] = {
    "missing": {},
    "null": {"a": None},
    "true": {"a": True},
    "one": {"a": 1},
    "one_float": {"a": 1.0},
    "two": {"a": 2},
    "big": {"a": 2**53 + 1},
    "text_1": {"a": "1"},
    "text_b": {"a": "b"},
    "persian": {"a": "گ"},
    "date_like": {"a": "2026-01-01T00:00:00.000"},
    "day": {"a": DAY},
    "bytes": {"a": b"1"},
    "list": {"a": [1, "b", None]},
    "nested": {"a": {"b": 5, "c": None}},
    "list_of_nested": {"a": [{"b": 5}]},
}


async def ids(store: Store, filter: Any) -> set[str]:
    return {str(item["id"]) for item in (await store.find("settings", filter)).items}


EXPECTED: list[tuple[Any, set[str]]] = [
    ({"a": None}, {"missing", "null"}),
    ({"a": {"$ne": None}}, set(DOCUMENTS) - {"missing", "null"}),
    ({"a": {"$exists": True}}, set(DOCUMENTS) - {"missing"}),
    ({"a": {"$exists": False}}, {"missing"}),
    ({"a": True}, {"true"}),
    ({"a": 1}, {"one", "one_float"}),
    ({"a": {"$ne": 1}}, set(DOCUMENTS) - {"one", "one_float"}),
    ({"a": 2**53}, set()),
    ({"a": float(2**53)}, set()),
    ({"a": {"$gt": 1}}, {"two", "big"}),
    ({"a": {"$gte": 1, "$lt": 2}}, {"one", "one_float"}),
    ({"a": {"$lt": "a"}}, {"text_1", "date_like"}),
    ({"a": {"$gte": ""}}, {"text_1", "text_b", "persian", "date_like"}),
    ({"a": {"$lte": DAY}}, {"day"}),
    ({"a": {"$gt": DAY}}, set()),
    ({"a": DAY}, {"day"}),
    ({"a": "2026-01-01T00:00:00.000"}, {"date_like"}),
    ({"a": b"1"}, {"bytes"}),
    ({"a": "گ"}, {"persian"}),
    ({"a": {"$in": [True, "b", 2.0]}}, {"true", "text_b", "two"}),
    ({"a": {"$in": [None, 1]}}, {"missing", "null", "one", "one_float"}),
    ({"a": {"$in": []}}, set()),
    ({"a.b": 5}, {"nested"}),
    ({"a.b": None}, set(DOCUMENTS) - {"nested"}),
    ({"a.b": {"$exists": True}}, {"nested"}),
    ({"a.b": {"$exists": False}}, set(DOCUMENTS) - {"nested"}),
    ({"a.b": {"$ne": 5}}, set(DOCUMENTS) - {"nested"}),
    ({"a.c": {"$exists": True}, "a.b": {"$gte": 5}}, {"nested"}),
    ({"id": "one"}, {"one"}),
    ({"id": {"$in": ["one", "two", "absent"]}}, {"one", "two"}),
    ({"id": {"$gt": "text_1"}}, {"text_b", "true", "two"}),
    ({"id": 1}, set()),
    ({"id": None}, set()),
    ({"id": {"$exists": True}}, set(DOCUMENTS)),
    ({"id": {"$ne": "one"}, "a": 1}, {"one_float"}),
    ({}, set(DOCUMENTS)),
    (None, set(DOCUMENTS)),
]


async def test_each_filter_finds_and_counts_what_the_port_says(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.append_many("settings", [{"id": name, **fields} for name, fields in DOCUMENTS.items()])
        for wanted, expected in EXPECTED:
            assert await ids(store, wanted) == expected, wanted
            assert await store.count("settings", wanted) == len(expected), wanted


async def test_delete_removes_every_match_and_nothing_else(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.append_many("settings", [{"id": name, **fields} for name, fields in DOCUMENTS.items()])
        assert await store.delete("settings", {"a": 1}) == 2
        assert await store.delete("settings", {"a": 1}) == 0
        assert await ids(store, {}) == set(DOCUMENTS) - {"one", "one_float"}


UNSUPPORTED: list[Any] = [
    {"$or": [{"a": 1}]},
    {"$where": "1"},
    {"a": {"$eq": 1}},
    {"a": {"$regex": "x"}},
    {"a": {"$not": {"$gt": 1}}},
    {"a": {"$gt": 1, "b": 2}},
    {"a": {"b": 1}},
    {"a": {}},
    {"a": [1]},
    {"a": {"$ne": [1]}},
    {"a": {"$in": 1}},
    {"a": {"$in": "text"}},
    {"a": {"$in": [[1]]}},
    {"a": {"$in": list(range(1001))}},
    {"a": {"$gt": None}},
    {"a": {"$gt": True}},
    {"a": {"$lt": b"x"}},
    {"a": {"$exists": 1}},
    {"": 1},
    {"a.": 1},
    {"a..b": 1},
    {"a.0": 1},
    {"a.$": 1},
    {'a"b': 1},
    {"a\\b": 1},
    {"_id": "x"},
    {"id.x": 1},
    {7: 1},
]


@pytest.mark.parametrize("filter", UNSUPPORTED, ids=ascii)
async def test_a_filter_outside_the_subset_is_refused_by_every_operation(backend: Backend, filter: Any) -> None:
    async with backend.connect() as store:
        await store.insert("settings", {"id": "x", "a": 1})
        for call in (
            store.find("settings", filter),
            store.count("settings", filter),
            store.update("settings", filter, {"$set": {"b": 1}}),
            store.delete("settings", filter),
        ):
            with pytest.raises(UnsupportedQuery):
                await call
        assert await store.get("settings", "x") == {"id": "x", "a": 1}


async def test_a_value_in_a_filter_is_held_to_the_model_too(backend: Backend) -> None:
    async with backend.connect() as store:
        for value in (2**63, float("nan"), datetime(2026, 1, 1)):  # noqa: DTZ001
            with pytest.raises(Validation):
                await store.find("settings", {"a": value})


async def test_a_path_in_quotes_and_braces_is_data_not_syntax(backend: Backend) -> None:
    async with backend.connect() as store:
        name = "o'b {} [0] -- ؛ ?"
        await store.insert("settings", {"id": "x", name: 1})
        await store.insert("settings", {"id": "y", name: 2})
        assert await ids(store, {name: 1}) == {"x"}
        assert await ids(store, {name: {"$gt": 1}}) == {"y"}
        page = await store.find("settings", {name: {"$exists": True}}, sort=[(name, -1)], limit=1)
        assert [item["id"] for item in page.items] == ["y"]
        following = await store.find("settings", sort=[(name, -1)], limit=1, cursor=page.next)
        assert [item["id"] for item in following.items] == ["x"]

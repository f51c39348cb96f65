"""What `update` and `upsert` do to a document, and what they refuse to do."""

from __future__ import annotations

from typing import Any

import pytest

from shared.contracts.errors import Validation
from shared.store import Document, UnsupportedQuery
from tests.support.store_backends import Backend


async def test_nested_fields_are_set_unset_and_incremented_in_one_change(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("settings", {"id": "x", "lease": {"worker": "w", "token": "t"}, "n": {"attempt": 1}})
        after = await store.update(
            "settings",
            {"id": "x", "lease.token": "t"},
            {
                "$set": {"lease.worker": "سعید", "progress.epoch.step": 3, "list": [1, {"a": None}]},
                "$unset": {"lease.token": "", "nothing.here": ""},
                "$inc": {"n.attempt": 1, "n.new.counter": 5},
            },
        )
        assert after == {
            "id": "x",
            "lease": {"worker": "سعید"},
            "n": {"attempt": 2, "new": {"counter": 5}},
            "progress": {"epoch": {"step": 3}},
            "list": [1, {"a": None}],
        }
        assert await store.get("settings", "x") == after


async def test_an_update_that_matches_nothing_changes_nothing(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("settings", {"id": "x", "token": "new"})
        assert await store.update("settings", {"id": "x", "token": "stale"}, {"$set": {"a": 1}}) is None
        assert (await store.find("settings")).items == [{"id": "x", "token": "new"}]


async def test_update_takes_the_first_match_in_the_order_asked_for(backend: Backend) -> None:
    async with backend.connect() as store:
        rows: list[dict[str, Any]] = [
            {"id": "a", "rank": 2, "p": 1},
            {"id": "b", "rank": 1, "p": 1},
            {"id": "c", "rank": 1, "p": 9},
            {"id": "d"},
        ]
        await store.append_many("settings", rows)
        taken = []
        for _ in rows:
            after = await store.update(
                "settings", {"taken": None}, {"$set": {"taken": True}}, sort=[("rank", 1), ("p", -1)]
            )
            assert after is not None
            taken.append(after["id"])
        assert taken == ["d", "c", "b", "a"]


async def test_a_counter_is_exact_up_to_64_bits_and_refused_beyond(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("settings", {"id": "x", "n": 2**63 - 2, "small": 2**31 - 1})
        after = await store.update("settings", {"id": "x"}, {"$inc": {"n": 1, "small": 1}})
        assert after == {"id": "x", "n": 2**63 - 1, "small": 2**31}
        with pytest.raises(Validation):
            await store.update("settings", {"id": "x"}, {"$set": {"trace": 1}, "$inc": {"n": 1}})
        assert await store.get("settings", "x") == after


async def test_incrementing_keeps_an_int_an_int_and_makes_a_float_of_a_float(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("settings", {"id": "x", "i": 1, "f": 0.5})
        after = await store.update("settings", {"id": "x"}, {"$inc": {"i": 2, "f": 1, "made": -0.25}})
        assert after == {"id": "x", "i": 3, "f": 1.5, "made": -0.25}
        assert type(after["i"]) is int


@pytest.mark.parametrize(
    "change",
    [
        {"$inc": {"text": 1}},
        {"$inc": {"null": 1}},
        {"$inc": {"flag": 1}},
        {"$set": {"text.inside": 1}},
        {"$set": {"null.inside": 1}},
        {"$set": {"list.inside": 1}},
        {"$inc": {"text.inside": 1}},
    ],
    ids=str,
)
async def test_a_change_that_does_not_fit_the_document_is_refused_as_a_whole(backend: Backend, change: Any) -> None:
    document = {"id": "x", "text": "a", "null": None, "flag": True, "list": [1]}
    async with backend.connect() as store:
        await store.insert("settings", document)
        combined = {**change, "$set": {"other": 1, **change.get("$set", {})}}
        with pytest.raises(Validation):
            await store.update("settings", {"id": "x"}, combined)
        assert await store.get("settings", "x") == document


async def test_unsetting_through_a_scalar_or_a_list_does_nothing(backend: Backend) -> None:
    document: Document = {"id": "x", "text": "a", "list": [{"b": 1}]}
    async with backend.connect() as store:
        await store.insert("settings", document)
        after = await store.update("settings", {"id": "x"}, {"$unset": {"text.b": "", "list.b": ""}})
        assert after == document


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"$set": {}},
        {"a": 1},
        {"$push": {"a": 1}},
        {"$set": {"a": 1}, "$rename": {"a": "b"}},
        {"$set": 1},
        {"$set": {"a": 1, "a.b": 2}},
        {"$set": {"a.b": 1}, "$inc": {"a.b": 1}},
        {"$set": {"a": 1}, "$unset": {"a.b.c": ""}},
        {"$set": {"id": "y"}},
        {"$unset": {"id": ""}},
        {"$set": {"_id": "y"}},
        {"$set": {"a.0": 1}},
        {"$set": {"a.$[]": 1}},
        {"$inc": {"a": "1"}},
        {"$inc": {"a": True}},
        {"$inc": {"a": None}},
    ],
    ids=str,
)
async def test_a_change_outside_the_subset_is_refused(backend: Backend, change: Any) -> None:
    async with backend.connect() as store:
        await store.insert("settings", {"id": "x"})
        with pytest.raises(UnsupportedQuery):
            await store.update("settings", {"id": "x"}, change)
        with pytest.raises(UnsupportedQuery):
            await store.upsert("settings", "x", change)
        assert await store.get("settings", "x") == {"id": "x"}


async def test_fields_that_only_look_alike_are_not_in_conflict(backend: Backend) -> None:
    async with backend.connect() as store:
        after = await store.upsert("settings", "x", {"$set": {"a": 1, "a-b": 2, "ab.c": 3, "ab.d": 4}})
        assert after == {"id": "x", "a": 1, "a-b": 2, "ab": {"c": 3, "d": 4}}


async def test_upsert_makes_the_document_once_and_changes_it_afterwards(backend: Backend) -> None:
    async with backend.connect() as store:
        change: Any = {"$set": {"theme.dark": True}, "$inc": {"seen": 1}, "$unset": {"old": ""}}
        assert await store.upsert("settings", "x", change) == {"id": "x", "theme": {"dark": True}, "seen": 1}
        assert await store.upsert("settings", "x", change) == {"id": "x", "theme": {"dark": True}, "seen": 2}
        assert await store.count("settings") == 1

"""Unique indexes, whole and partial, and who is told what when one says no."""

from __future__ import annotations

from typing import Any

import pytest

from shared.store import Duplicate
from tests.support.store_backends import Backend


def fields(caught: pytest.ExceptionInfo[Duplicate]) -> tuple[str, tuple[str, ...]]:
    return caught.value.collection, caught.value.fields


async def test_a_unique_field_refuses_the_second_and_names_itself(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("assets", {"id": "1", "path": "علی@example.com"})
        with pytest.raises(Duplicate) as caught:
            await store.insert("assets", {"id": "2", "path": "علی@example.com"})
        assert fields(caught) == ("assets", ("path",))
        assert await store.count("assets") == 1
        await store.delete("assets", {"id": "1"})
        await store.insert("assets", {"id": "2", "path": "علی@example.com"})


async def test_null_and_missing_are_one_value_in_a_unique_index(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("assets", {"id": "1"})
        with pytest.raises(Duplicate):
            await store.insert("assets", {"id": "2", "path": None})


async def test_unique_tells_kinds_apart_but_not_int_from_float(backend: Backend) -> None:
    async with backend.connect() as store:
        values: list[Any] = [1, "1", True, b"1"]
        for n, email in enumerate(values):
            await store.insert("assets", {"id": str(n), "path": email})
        with pytest.raises(Duplicate):
            await store.insert("assets", {"id": "float", "path": 1.0})


async def test_a_partial_index_counts_only_documents_that_have_the_field(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("downloads", {"id": "1", "owner": "u"})
        await store.insert("downloads", {"id": "2", "owner": "u"})
        await store.insert("downloads", {"id": "3", "owner": "u", "idempotency_key": "k"})
        await store.insert("downloads", {"id": "4", "owner": "other", "idempotency_key": "k"})
        await store.insert("downloads", {"id": "5", "owner": "u", "idempotency_key": None})
        await store.insert("downloads", {"id": "6", "owner": "u"})
        for key in ("k", None):
            with pytest.raises(Duplicate) as caught:
                await store.insert("downloads", {"id": "7", "owner": "u", "idempotency_key": key})
            assert fields(caught) == ("downloads", ("owner", "idempotency_key"))


async def test_an_update_or_upsert_into_a_duplicate_leaves_everything_as_it_was(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("assets", {"id": "1", "path": "a"})
        await store.insert("assets", {"id": "2", "path": "b"})
        with pytest.raises(Duplicate) as caught:
            await store.update("assets", {"id": "2"}, {"$set": {"path": "a", "name": "x"}})
        assert fields(caught) == ("assets", ("path",))
        with pytest.raises(Duplicate):
            await store.upsert("assets", "3", {"$set": {"path": "a"}})
        assert (await store.find("assets")).items == [{"id": "1", "path": "a"}, {"id": "2", "path": "b"}]


async def test_append_many_replaces_whole_documents_and_the_last_of_one_id_wins(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.append_many("training_logs", [{"id": "r:1", "run": "r", "seq": 1, "line": "old", "extra": 1}])
        await store.append_many(
            "training_logs",
            [
                {"id": "r:1", "run": "r", "seq": 1, "line": "newer"},
                {"id": "r:2", "run": "r", "seq": 2, "line": "two"},
                {"id": "r:1", "run": "r", "seq": 1, "line": "newest"},
            ],
        )
        await store.append_many("training_logs", [])
        assert (await store.find("training_logs", sort=[("seq", 1)])).items == [
            {"id": "r:1", "run": "r", "seq": 1, "line": "newest"},
            {"id": "r:2", "run": "r", "seq": 2, "line": "two"},
        ]


async def test_append_many_never_pushes_out_a_stranger_that_a_unique_index_protects(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("training_logs", {"id": "r:1", "run": "r", "seq": 1})
        with pytest.raises(Duplicate) as caught:
            await store.append_many("training_logs", [{"id": "impostor", "run": "r", "seq": 1}])
        assert fields(caught) == ("training_logs", ("run", "seq"))
        assert (await store.find("training_logs")).items == [{"id": "r:1", "run": "r", "seq": 1}]


async def test_append_many_takes_ten_thousand_log_lines(backend: Backend) -> None:
    # The double looks at every document for every write; a real server does not.
    lines = 10_000 if backend.system == "sqlite" else 100
    async with backend.connect() as store:
        rows: list[Any] = [{"id": f"r:{n}", "run": "r", "seq": n, "line": "گام"} for n in range(lines)]
        await store.append_many("training_logs", rows)
        assert await store.count("training_logs", {"run": "r", "seq": {"$gte": lines // 2}}) == lines // 2

"""What goes in comes out, in value and in type; what does not fit the model is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest

from shared.contracts.errors import TooLarge, Validation
from shared.store import Duplicate, UnsupportedQuery
from tests.support.store_backends import Backend

TEHRAN = timezone(timedelta(hours=3, minutes=30))

KEPT: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -(2**63),
    2**63 - 1,
    2**53 + 1,
    0.1,
    1.0,
    -1.5e300,
    5e-324,
    "",
    "سلام، دنیا! نیم\u200cفاصله ي ك",
    "👩‍🚀",
    "2026-01-31T12:00:00.000",
    "@2026-01-31T12:00:00.000",
    "'quoted'",
    "?true",
    "*00000001:00",
    "before\x00after\x01\x01\x02",
    '{"$date": 1}',
    b"",
    bytes(range(256)),
    datetime(2026, 1, 31, 12, 0, 0, 123000, tzinfo=UTC),
    datetime(1, 1, 1, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC),
    [],
    {},
    [1, [2, {"سه": b"3"}], None],
    {"0": {"a b": {'"': "\\"}}},
]


@pytest.mark.parametrize("value", KEPT, ids=lambda value: ascii(value)[:40])
async def test_a_value_comes_back_equal_and_of_the_same_type(backend: Backend, value: Any) -> None:
    document = {"id": "x", "value": value, "inside": {"list": [value]}}
    async with backend.connect() as store:
        await store.insert("settings", document)
        found = await store.get("settings", "x")
        assert found == document
        assert type(found["value"]) is type(value)
        assert (await store.find("settings")).items == [document]


async def test_a_datetime_keeps_its_moment_in_utc_cut_to_milliseconds(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("settings", {"id": "x", "at": datetime(2026, 3, 21, 0, 0, 0, 999999, tzinfo=TEHRAN)})
        found = await store.get("settings", "x")
        assert found is not None
        at = found["at"]
        assert at == datetime(2026, 3, 20, 20, 30, 0, 999000, tzinfo=UTC)
        assert isinstance(at, datetime)
        assert at.tzinfo is UTC
        same = datetime(2026, 3, 21, 0, 0, 0, 999111, tzinfo=TEHRAN)
        assert await store.count("settings", {"at": same}) == 1


async def test_a_string_enum_is_kept_as_its_plain_value(backend: Backend) -> None:
    class State(StrEnum):
        QUEUED = "queued"

    async with backend.connect() as store:
        await store.insert("settings", {"id": "x", "state": State.QUEUED})
        found = await store.get("settings", "x")
        assert found is not None
        assert type(found["state"]) is str
        assert await store.count("settings", {"state": State.QUEUED}) == 1


async def test_the_caller_may_change_its_document_afterwards(backend: Backend) -> None:
    async with backend.connect() as store:
        inner = {"n": 1}
        await store.insert("settings", {"id": "x", "inner": inner})
        inner["n"] = 2
        first = await store.get("settings", "x")
        assert first == {"id": "x", "inner": {"n": 1}}


REFUSED: list[Any] = [
    2**63,
    -(2**63) - 1,
    float("nan"),
    float("inf"),
    datetime(2026, 1, 1),  # noqa: DTZ001 - that is what is refused
    datetime(1, 1, 1, tzinfo=TEHRAN),
    "\ud800",
    object,
    {1, 2},
    {"": 1},
    {"$set": 1},
    {"a$": 1},
    {"a.b": 1},
    {"a\0": 1},
    {1: 1},
]


@pytest.mark.parametrize("value", REFUSED, ids=lambda value: ascii(value)[:40])
async def test_a_value_outside_the_model_is_refused_everywhere_it_could_enter(backend: Backend, value: Any) -> None:
    async with backend.connect() as store:
        with pytest.raises(Validation):
            await store.insert("settings", {"id": "x", "a": value})
        with pytest.raises(Validation):
            await store.append_many("settings", [{"id": "y"}, {"id": "x", "a": [value]}])
        with pytest.raises(Validation):
            await store.upsert("settings", "x", {"$set": {"a": value}})
        assert await store.count("settings") == 0


@pytest.mark.parametrize("document", [{}, {"id": None}, {"id": 7}, {"id": ""}, {"id": "x", "_id": "y"}], ids=str)
async def test_a_document_without_a_proper_id_is_refused(backend: Backend, document: Any) -> None:
    async with backend.connect() as store:
        with pytest.raises(Validation):
            await store.insert("settings", document)


async def test_a_document_nested_without_end_is_refused(backend: Backend) -> None:
    value: Any = 1
    for _ in range(70):
        value = [value]
    async with backend.connect() as store:
        with pytest.raises(Validation):
            await store.insert("settings", {"id": "x", "a": value})


async def test_a_document_of_17_mib_is_too_large(backend: Backend) -> None:
    async with backend.connect() as store:
        with pytest.raises(TooLarge):
            await store.insert("settings", {"id": "x", "a": "x" * (17 * 2**20)})


async def test_an_id_is_unique_and_missing_ids_are_none(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.insert("settings", {"id": "x"})
        with pytest.raises(Duplicate) as caught:
            await store.insert("settings", {"id": "x", "a": 1})
        assert (caught.value.collection, caught.value.fields) == ("settings", ("id",))
        assert await store.get("settings", "x") == {"id": "x"}
        assert await store.get("settings", "y") is None


async def test_a_collection_nobody_declared_is_refused(backend: Backend) -> None:
    async with backend.connect() as store:
        for collection in ("nonsense", 'x" (id); DROP TABLE "users'):
            with pytest.raises(UnsupportedQuery):
                await store.insert(collection, {"id": "x"})
            with pytest.raises(UnsupportedQuery):
                await store.find(collection)

"""Pages hold together: with ties, gaps and mixed kinds, and while others write."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.contracts.errors import Validation
from shared.store import Store, UnsupportedQuery
from tests.support.store_backends import Backend

DAY = datetime(2026, 1, 1, tzinfo=UTC)


async def walk(store: Store, sort: Any, limit: int, filter: Any = None) -> list[str]:
    seen: list[str] = []
    cursor = None
    for _ in range(200):
        page = await store.find("audit", filter, sort=sort, limit=limit, cursor=cursor)
        seen += [str(item["id"]) for item in page.items]
        cursor = page.next
        if cursor is None:
            return seen
    raise AssertionError("the pages do not end")


async def test_ties_are_neither_skipped_nor_doubled_in_any_direction(backend: Backend) -> None:
    async with backend.connect() as store:
        rows: list[Any] = [{"id": f"{n:02d}", "owner": f"u{n % 3}", "at": DAY + timedelta(n % 4)} for n in range(24)]
        await store.append_many("audit", rows)
        for sort in ([], [("at", 1)], [("at", -1)], [("owner", 1), ("at", -1)], [("owner", -1), ("id", -1)]):
            whole = await walk(store, sort, 100)
            assert len(whole) == 24
            for limit in (1, 5, 23, 24):
                assert await walk(store, sort, limit) == whole, (sort, limit)
        assert len(await walk(store, [("at", -1)], 3, {"owner": "u1"})) == 8


async def test_null_missing_and_mixed_kinds_have_their_place_in_both_directions(backend: Backend) -> None:
    order: list[Any] = [None, None, -5, 0.5, 2**60, "", "a", "ب", b"", b"z", b"aa", False, True, DAY]
    async with backend.connect() as store:
        rows: list[Any] = [{"id": f"{n:02d}", "v": value} for n, value in enumerate(order)]
        del rows[1]["v"]
        await store.append_many("audit", rows)
        ascending = [row["id"] for row in rows]
        for limit in (1, 4, 14):
            assert await walk(store, [("v", 1)], limit) == ascending
            # The two nulls tie, and ties go up by id either way.
            assert await walk(store, [("v", -1)], limit) == [*reversed(ascending[2:]), "00", "01"]


async def test_rows_inserted_and_deleted_between_pages_disturb_nobody_else(backend: Backend) -> None:
    async with backend.connect() as store:
        rows: list[Any] = [{"id": f"old{n:02d}", "at": DAY + timedelta(n)} for n in range(0, 20, 2)]
        await store.append_many("audit", rows)
        seen: list[Any] = []
        cursor = None
        for round_ in range(20):
            page = await store.find("audit", sort=[("at", -1)], limit=3, cursor=cursor)
            seen += [item["id"] for item in page.items]
            cursor = page.next
            if cursor is None:
                break
            # One before the cursor, one after it, and the very row the cursor stands on is gone.
            await store.insert("audit", {"id": f"before{round_}", "at": DAY + timedelta(100 + round_)})
            await store.insert("audit", {"id": f"after{round_}", "at": DAY - timedelta(100 + round_)})
            await store.delete("audit", {"id": page.items[-1]["id"]})
        assert [name for name in seen if name.startswith("old")] == [row["id"] for row in reversed(rows)]
        assert not any(name.startswith("before") for name in seen)
        assert len(seen) == len(set(seen))


async def test_the_last_page_says_so_even_when_it_is_full(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.append_many("audit", [{"id": str(n)} for n in range(6)])
        first = await store.find("audit", limit=3)
        assert first.next is not None
        assert (await store.find("audit", limit=3, cursor=first.next)).next is None


async def test_a_cursor_is_safe_in_a_url(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.append_many("audit", [{"id": f"؟/+&= {n}", "v": "ÿ?~" * n} for n in range(5)])
        page = await store.find("audit", sort=[("v", 1)], limit=2)
        assert page.next is not None
        assert page.next.replace("-", "").replace("_", "").isalnum()
        assert page.next.isascii()


def forged(payload: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")


BY_AT = [["at", -1], ["id", 1]]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "not a cursor",
        "====",
        "é",
        "AAAA",
        forged(None),
        forged([]),
        forged([BY_AT]),
        forged([BY_AT, None]),
        forged([BY_AT, ["'a"]]),
        forged([BY_AT, ["'a", 1]]),
        forged([BY_AT, ["no kind", "'a"]]),
        forged([BY_AT, ["@not a date", "'a"]]),
        forged([BY_AT, [{"$gt": ""}, "'a"]]),
        forged([BY_AT, [2**63, "'a"]]),
        forged([BY_AT, [float("nan"), "'a"]]),
        forged([BY_AT, [True, "'a"]]),
        forged([[["at", 1], ["id", 1]], ["'a", "'a"]]),
        forged(["'a", "'a"]),
        forged("[" * 30_000),
        base64.urlsafe_b64encode(b"[" * 30_000).decode(),
    ],
    ids=lambda cursor: cursor[:40],
)
async def test_a_cursor_that_is_not_ours_is_the_callers_mistake(backend: Backend, cursor: str) -> None:
    async with backend.connect() as store:
        with pytest.raises(Validation):
            await store.find("audit", sort=[("at", -1)], cursor=cursor)


async def test_a_page_that_would_end_on_a_list_is_refused(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.append_many("audit", [{"id": "a", "v": [1]}, {"id": "b", "v": [1]}])
        assert len((await store.find("audit", sort=[("v", 1)], limit=2)).items) == 2
        with pytest.raises(UnsupportedQuery):
            await store.find("audit", sort=[("v", 1)], limit=1)


@pytest.mark.parametrize("limit", [0, -1, 10_001, True, 1.0])
async def test_a_limit_out_of_bounds_is_refused(backend: Backend, limit: Any) -> None:
    async with backend.connect() as store:
        with pytest.raises(UnsupportedQuery):
            await store.find("audit", limit=limit)


@pytest.mark.parametrize("sort", [[("a", 0)], [("a", True)], [("a", 1), ("a", -1)], [("$a", 1)], [("a.0", 1)]], ids=str)
async def test_a_sort_outside_the_subset_is_refused(backend: Backend, sort: Any) -> None:
    async with backend.connect() as store:
        with pytest.raises(UnsupportedQuery):
            await store.find("audit", sort=sort)
        with pytest.raises(UnsupportedQuery):
            await store.update("audit", {}, {"$set": {"x": 1}}, sort=sort)

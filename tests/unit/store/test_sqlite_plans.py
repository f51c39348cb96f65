"""The declared indexes are really used: expression indexes are, only where a query spells the very same expression."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.store import COLLECTIONS, open_store
from shared.store import sqlite_sql as sql
from shared.store.query import parse_filter, parse_sort

NOW = datetime(2026, 1, 1, tzinfo=UTC)


async def plan(folder: Path, collection: str, filter: Any, sort: Any) -> str:
    store = await open_store(f"sqlite:///{folder}/store.db")
    await store.close()
    where = sql.compile_filter(parse_filter(filter), COLLECTIONS[collection])
    order = f" ORDER BY {sql.order_by(parse_sort(sort))}" if sort is not None else ""
    statement = f'EXPLAIN QUERY PLAN SELECT doc FROM "{collection}" WHERE {where.sql()}{order} LIMIT 1'
    connection = sqlite3.connect(folder / "store.db")
    try:
        return " | ".join(row[3] for row in connection.execute(statement, where.parameters))
    finally:
        connection.close()


@pytest.mark.parametrize(
    ("collection", "filter", "sort", "index"),
    [
        ("assets", {"path": "x"}, None, "assets__path"),
        ("downloads", {"visibility": "shared"}, [("created_at", -1)], "downloads__visibility_created"),
        ("downloads", {"owner": "u", "finished_at": {"$gte": NOW}}, [("finished_at", 1)], "downloads__owner_finished"),
        (
            "downloads",
            {"owner": "u", "state": "queued", "available_at": {"$lt": NOW}},
            None,
            "downloads__owner_state_available",
        ),
        ("deliveries", {"state": "pending", "next_at": {"$lte": NOW}}, [("next_at", 1)], "deliveries__state_next"),
        ("audit", {"owner": "u"}, [("created_at", -1)], "audit__owner_created"),
        ("downloads", {"state": "queued"}, [("available_at", 1)], "downloads__state_available"),
        ("downloads", {"state": "queued", "available_at": {"$lte": NOW}}, [("available_at", 1)], "state_available"),
        ("downloads", {"state": "running", "lease.expires_at": {"$lt": NOW}}, None, "downloads__state_lease"),
        ("downloads", {"owner": "u"}, [("created_at", -1)], "downloads__owner_created"),
        ("downloads", {"owner": "u", "idempotency_key": "k"}, None, "downloads__idempotency"),
        ("training_metrics", {"run": "r", "step": {"$gt": 5}}, [("step", 1)], "training_metrics__run_step"),
        ("training_metrics", {"run": "r", "step": {"$in": [3, 5]}}, [("step", 1)], "training_metrics__run_step"),
        ("training_curves", {"run": "r", "block": {"$gte": 5}}, [("block", 1)], "training_curves__run_block"),
        ("downloads", {"id": "x", "lease.token": "t"}, None, "sqlite_autoindex_downloads_1"),
    ],
    ids=str,
)
async def test_a_query_of_the_platform_is_served_by_its_index(
    tmp_path: Path, collection: str, filter: Any, sort: Any, index: str
) -> None:
    found = await plan(tmp_path, collection, filter, sort)
    assert found.startswith("SEARCH")
    assert index in found


@pytest.mark.parametrize(
    ("filter", "sort"),
    [({"state": "queued"}, [("available_at", 1)]), ({"owner": "u"}, [("created_at", -1)])],
    ids=str,
)
async def test_a_claim_and_a_list_are_read_in_order_without_sorting(tmp_path: Path, filter: Any, sort: Any) -> None:
    assert "TEMP B-TREE" not in await plan(tmp_path, "downloads", filter, sort)

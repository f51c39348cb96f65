"""The records of a run over the embedded store: written, read, repeated, removed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.contracts.errors import Validation
from shared.runs import CheckpointRecord, CurveBlock, LogLine, LogQuery, MetricRow, RunRepository
from shared.store import Store, open_store

TIME = datetime(2026, 11, 1, tzinfo=UTC)


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[tuple[Store, RunRepository]]:
    store = await open_store(f"sqlite:///{folder / 'sokhan.db'}")
    try:
        yield store, RunRepository(store)
    finally:
        await store.close()


def row(step: int, run: str = "r", **values: float) -> MetricRow:
    return MetricRow(run, step, step // 10, TIME, values or {"loss": float(step)})


def checkpoint(step: int, *, best: bool = False) -> CheckpointRecord:
    return CheckpointRecord("r", step, 0, 100, best, TIME, {"val_loss": 1.0}, ("a.wav",), "f" * 64)


async def test_the_documents_have_the_ids_and_fields_of_earlier_versions(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, runs):
        await runs.append_metrics([row(7)])
        await runs.append_blocks([CurveBlock("r", 3, 1537, 2048, {"loss": (1537, 0.5, 2000, 2.0)})])
        await runs.append_logs([LogLine("r", 12, "info", "Hello.", TIME)])
        await runs.save_checkpoint(checkpoint(20))
        assert await store.get("training_metrics", "r:0000000007") == {
            "id": "r:0000000007", "run": "r", "step": 7, "epoch": 0, "time": TIME, "values": {"loss": 7.0},
        }  # fmt: skip
        assert await store.get("training_curves", "r:00000003") == {
            "id": "r:00000003", "run": "r", "block": 3, "first": 1537, "last": 2048,
            "keys": {"loss": [1537, 0.5, 2000, 2.0]},
        }  # fmt: skip
        assert await store.get("training_logs", "r:000000012") == {
            "id": "r:000000012", "run": "r", "seq": 12, "level": "info", "message": "Hello.", "time": TIME,
        }  # fmt: skip
        assert await store.get("checkpoints", "r:20") == {
            "id": "r:20", "run": "r", "step": 20, "epoch": 0, "size": 100, "best": False, "samples": ["a.wav"],
            "values": {"val_loss": 1.0}, "created_at": TIME, "sha256": "f" * 64,
        }  # fmt: skip


async def test_rows_are_read_by_range_and_by_step(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, runs):
        assert await runs.window("r") is None
        assert await runs.last_step("r") == 0
        await runs.append_metrics([row(step) for step in (2, 3, 5, 8)] + [row(100, "other")])
        await runs.append_metrics([row(8, loss=1.0)])  # a replay after a crash
        assert await runs.window("r") == range(2, 9)
        assert await runs.window("r", 3, 7) == range(3, 6)
        assert [found.step for found in await runs.metrics("r", 3)] == [3, 5, 8]
        assert await runs.metrics_of("r", [5, 6, 8]) == [row(5), row(8, loss=1.0)]
        await runs.delete_after("r", 3)
        assert await runs.last_step("r") == 3
        assert await runs.last_step("other") == 100


async def test_log_lines_come_in_pages_or_from_the_end(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, runs):
        assert await runs.last_seq("r") == 0
        await runs.append_logs([LogLine("r", n, "warning" if n % 2 else "info", str(n), TIME) for n in range(1, 8)])
        assert await runs.last_seq("r") == 7
        page, cursor = await runs.logs("r", LogQuery(limit=5))
        rest, end = await runs.logs("r", LogQuery(limit=5, cursor=cursor))
        assert [line.seq for line in page + rest] == [1, 2, 3, 4, 5, 6, 7]
        assert end is None
        assert [line.seq for line in (await runs.logs("r", LogQuery(tail=2)))[0]] == [6, 7]
        assert [line.seq for line in (await runs.logs("r", LogQuery(levels=["info"], after=2)))[0]] == [4, 6]
        with pytest.raises(Validation):
            await runs.logs("r", LogQuery(tail=2, cursor=cursor))


async def test_one_checkpoint_is_the_best(tmp_path: Path) -> None:
    async with opened(tmp_path) as (_, runs):
        for step, best in ((10, True), (20, False), (30, True)):
            await runs.save_checkpoint(checkpoint(step, best=best))
        assert [(found.step, found.best) for found in await runs.checkpoints("r")] == [
            (10, False),
            (20, False),
            (30, True),
        ]
        await runs.set_deployed("r", 20, "voice")
        found = await runs.checkpoint("r", 20)
        assert found is not None
        assert found.deployed_as == "voice"
        await runs.set_deployed("r", 20, None)
        assert await runs.checkpoint("r", 20) == checkpoint(20)
        await runs.delete_checkpoints("r", [30])
        await runs.delete_checkpoints("r", [])
        assert await runs.last_checkpoint_step("r") == 20
        assert await runs.checkpoint("r", 30) is None


async def test_a_run_is_deleted_with_all_its_records_and_no_other(tmp_path: Path) -> None:
    async with opened(tmp_path) as (store, runs):
        for run in ("r", "other"):
            await runs.append_metrics([row(step, run) for step in range(1, 50_001, 7000)])
            await runs.append_logs([LogLine(run, 1, "info", "x", TIME)])
        await runs.save_checkpoint(checkpoint(1))
        await runs.delete_run("r")
        await runs.delete_run("r")
        for collection in ("training_metrics", "training_logs", "checkpoints"):
            assert await store.count(collection, {"run": "r"}) == 0
        assert await store.count("training_metrics", {"run": "other"}) == 8

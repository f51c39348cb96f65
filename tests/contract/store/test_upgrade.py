"""A store that an earlier version wrote: read by this one, with the same public views, and usable."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from pydantic import JsonValue

from shared.assets import AssetRepository
from shared.contracts.kinds import DOWNLOAD, JOB_TYPES, TRAINING
from shared.contracts.states import Control, JobState
from shared.jobs import JobRepository, view_data
from shared.runs import LogQuery, RunRepository
from shared.service.runtime import utc_now
from shared.settings import CalibrationRepository, SettingsRepository
from shared.store import Store, open_store

STORES = Path(__file__).parents[2] / "world" / "stores"
NAME = "before-typed-records"


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    path = folder / "sokhan.db"
    with sqlite3.connect(path) as database:
        database.executescript((STORES / f"{NAME}.sql").read_text(encoding="utf-8"))
    database.close()
    store = await open_store(f"sqlite:///{path}")
    try:
        yield store
    finally:
        await store.close()


async def test_every_job_has_the_public_view_that_it_had(tmp_path: Path) -> None:
    expected = json.loads((STORES / f"{NAME}.views.json").read_text(encoding="utf-8"))
    async with opened(tmp_path) as store:
        jobs = JobRepository(store, utc_now, 20)
        views: dict[str, dict[str, JsonValue]] = {}
        for job_type in JOB_TYPES.values():
            page, _ = await jobs.page(job_type, "local", limit=100)
            views |= {job.id: view_data(job) for job in page}
    assert views == expected


async def test_its_jobs_go_on(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        jobs = JobRepository(store, utc_now, 20)
        claimed = await jobs.claim(DOWNLOAD, "d3", "worker")
        assert claimed is not None
        assert (claimed.spec.target_asset_id, claimed.lease.token) == ("ns/queued", 1)
        paused = await jobs.owned(DOWNLOAD, "d2", "local")
        assert (await jobs.resume(paused)).state is JobState.QUEUED
        run = await jobs.owned(TRAINING, "t2", "local")
        assert run.spec.start_from is not None
        assert (await jobs.request_control(run, Control.CANCEL)).state is JobState.CANCELLED


async def test_its_run_is_read_and_continued(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        runs = RunRepository(store)
        assert await runs.window("t1") == range(1, 601)
        assert (await runs.metrics_of("t1", [1]))[0].values == {"loss": 3.0}
        (block,) = await runs.blocks("t1", 0, 9)
        assert (block.first, block.last, block.keys["loss"][3]) == (1, 512, 3.0)
        lines, _ = await runs.logs("t1", LogQuery())
        assert [(line.seq, line.level) for line in lines] == [(1, "info"), (2, "warning")]
        assert await runs.last_seq("t1") == 2
        first, last = await runs.checkpoints("t1")
        assert (first.step, first.best, first.deployed_as, first.samples) == (300, True, "voice", ("a.wav",))
        assert (last.step, last.deployed_as, last.sha256) == (600, None, None)
        await runs.delete_run("t1")
        assert await runs.window("t1") is None


async def test_its_assets_and_settings_are_read(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        assert [asset.id for asset in await AssetRepository(store).voices()] == ["ns/a"]
        assert (await SettingsRepository(store, utc_now).platform()).download_bandwidth == 2_000_000
        record = await CalibrationRepository(store, "machine").find("ns/a")
        assert record is not None
        assert (record.requested, record.precision, record.gain) == ("auto", "onnx", 1.5)

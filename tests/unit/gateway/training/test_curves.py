"""What is read of a run's metrics, over the embedded store: with blocks, without, and with holes in them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from services.gateway.training import curves
from services.gateway.training.curves import CurveQuery, CurveReader
from services.gateway.training.schemas import MetricsView
from shared.runs import RunRepository
from shared.store import Store, open_store
from tests.support.runs import MadeRun

STEPS = 2000
SPIKES = {3: 50.0, 257: 60.0, 777: -70.0, 1999: 80.0}


def made(run: str = "run") -> MadeRun:
    losses = [SPIKES.get(step, 1 + step % 7 / 10) for step in range(1, STEPS + 1)]
    return MadeRun(run, values={"loss": losses, "slow": [float(step) for step in range(1, STEPS + 1)]})


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Store]:
    store = await open_store(f"sqlite:///{folder / 'sokhan.db'}")
    try:
        yield store
    finally:
        await store.close()


def steps(metrics: MetricsView) -> list[int]:
    return [int(point["step"]) for point in metrics.points]


@pytest.mark.parametrize("blocks", [True, False])
@pytest.mark.parametrize(
    ("wanted", "spikes"),
    [
        (CurveQuery(points=100), {777, 1999}),
        (CurveQuery(points=100, keys=("loss",)), {777, 1999}),
        (CurveQuery(points=6), {777, 1999}),
        (CurveQuery(points=100, from_step=200, to_step=1500), {257, 777}),
        (CurveQuery(points=1000), {3, 257, 777, 1999}),
        (CurveQuery(points=5000), set(SPIKES)),
        (CurveQuery(points=10, from_step=1990), {1999}),
    ],
)
async def test_peaks_and_ends_are_among_the_points(
    tmp_path: Path, wanted: CurveQuery, spikes: set[int], blocks: bool
) -> None:
    async with opened(tmp_path) as store:
        await made().keep(store, blocks=blocks)
        found = await CurveReader(RunRepository(store)).metrics("run", wanted)
    shown = steps(found)
    assert shown == sorted(set(shown))
    assert len(shown) <= wanted.points
    assert (shown[0], shown[-1]) == (max(1, wanted.from_step), wanted.to_step or STEPS)
    assert spikes <= set(shown)
    assert found.keys == (wanted.keys or ("loss", "slow"))


async def test_the_room_that_is_left_is_used(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await made().keep(store)
        found = await CurveReader(RunRepository(store)).metrics("run", CurveQuery(points=400, keys=("loss",)))
    # 3 blocks have 6 extremes, the rows behind them some more; the rest of the points are spread over the run.
    assert len(found.points) > 350
    assert max(later - before for before, later in zip(steps(found), steps(found)[1:], strict=False)) <= 15


async def test_a_block_that_begins_late_hides_nothing(tmp_path: Path) -> None:
    """A run that was resumed at step 600 writes a block that tells of 600 to 1024 alone."""
    async with opened(tmp_path) as store:
        run = MadeRun("run", values={"loss": [99.0 if n == 550 else 1.0 for n in range(1, STEPS + 1)]})
        await run.keep(store)
        await store.update(
            "training_curves", {"run": "run", "block": 1}, {"$set": {"first": 600, "keys.loss": [600, 1.0, 600, 1.0]}}
        )
        found = await CurveReader(RunRepository(store)).metrics("run", CurveQuery(points=50))
    assert 550 in steps(found)


async def test_a_long_run_without_blocks_is_read_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curves, "_MAX_RAW", 500)
    async with opened(tmp_path) as store:
        await made().keep(store, blocks=False)
        found = await CurveReader(RunRepository(store)).metrics("run", CurveQuery(points=100))
    assert 90 < len(found.points) <= 100
    assert (steps(found)[0], steps(found)[-1]) == (1, STEPS)


async def test_nothing_of_another_run_is_read(tmp_path: Path) -> None:
    async with opened(tmp_path) as store:
        await made("other").keep(store)
        await MadeRun("run", values={"loss": [1.0, 2.0]}).keep(store)
        found = await CurveReader(RunRepository(store)).metrics("run", CurveQuery(points=2))
        nothing = await CurveReader(RunRepository(store)).metrics("third", CurveQuery())
    assert [point["loss"] for point in found.points] == [1.0, 2.0]
    assert (nothing.keys, nothing.points) == ((), ())

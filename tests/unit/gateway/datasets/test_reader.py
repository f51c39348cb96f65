"""Who waits for the two places in which datasets are read, and for how long; the reading itself is replaced."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from services.gateway.datasets.reader import DatasetReader
from shared.contracts.errors import BadDataset, RateLimited, Unavailable
from shared.preview.models import PreviewPage
from shared.store import Store, open_store
from tests.support.eventually import eventually
from tests.support.fair_use import fair_use

FOLDER = Path("/datasets")


class Reading:
    """Blocks while it is not `open`; refuses datasets with the name bad."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.names: list[str] = []

    def __call__(self, _function: str, request: object, *_: object, **__: object) -> PreviewPage:
        name = Path(str(getattr(request, "root", ""))).name
        self.names.append(name)
        assert self.open.wait(10)
        if name == "bad":
            raise BadDataset("It is broken.", hint="Mend it.")
        return PreviewPage(format="text", rows=(), more=False)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[Reading]:
    replaced = Reading()
    monkeypatch.setattr("services.gateway.datasets.reader.run_sandboxed", replaced)
    yield replaced
    replaced.open.set()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path}/sokhan.db")
    yield opened
    await opened.close()


async def started(reading: Reading, count: int) -> None:
    await eventually(lambda: len(reading.names) >= count, f"{count} readings have begun")


async def test_one_owner_has_a_limited_number_of_readings(reading: Reading, store: Store) -> None:
    reader = DatasetReader(fair_use(store))
    async with asyncio.TaskGroup() as group:
        waiting = [group.create_task(reader.page(FOLDER / str(n), "f", 0, "sara")) for n in range(4)]
        await started(reading, 2)
        with pytest.raises(RateLimited):
            await reader.page(FOLDER / "fifth", "f", 0, "sara")
        waiting.append(group.create_task(reader.page(FOLDER / "other", "f", 0, "ali")))
        reading.open.set()
    assert "other" in reading.names
    assert all(task.result().format == "text" for task in waiting)


async def test_nobody_waits_for_ever(reading: Reading, store: Store) -> None:
    reader = DatasetReader(fair_use(store), wait_s=0.05)
    async with asyncio.TaskGroup() as group:
        for n in range(2):
            group.create_task(reader.page(FOLDER / str(n), "f", 0, "sara"))
        await started(reading, 2)
        for name in ("free", "0"):  # for a place, and for the same page
            with pytest.raises(Unavailable):
                await reader.page(FOLDER / name, "f", 0, "ali")
        reading.open.set()
    assert (await reader.page(FOLDER / "free", "f", 0, "ali")).format == "text"


async def test_a_bad_dataset_is_read_again_after_some_minutes_or_a_change(reading: Reading, store: Store) -> None:
    now = 0.0
    reader = DatasetReader(fair_use(store), clock=lambda: now)
    reading.open.set()
    for _ in range(3):
        with pytest.raises(BadDataset, match=r"It is broken\.") as refused:
            await reader.page(FOLDER / "bad", "f", 0, "sara")
        assert refused.value.hint == "Mend it."
    assert len(reading.names) == 1
    with pytest.raises(BadDataset):
        await reader.page(FOLDER / "bad", "changed", 0, "sara")
    now = 600.0
    with pytest.raises(BadDataset):
        await reader.page(FOLDER / "bad", "f", 0, "sara")
    assert len(reading.names) == 3

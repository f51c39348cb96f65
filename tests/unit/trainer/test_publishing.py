"""A checkpoint is recorded when it is published, however long that takes, and never before."""

from __future__ import annotations

import asyncio

import pytest

from services.trainer.interface.protocol import CheckpointSaved
from services.trainer.publishing import CheckpointPublisher
from shared.contracts.errors import Unavailable
from shared.objects import SharedFolder
from shared.objects.errors import Busy

SAVED = CheckpointSaved(
    step=10, epoch=1, path="/nowhere", size_bytes=1, best=True, values={}, removed=[], samples=[], sha256=""
)


class Folder(SharedFolder):
    """Fails with these errors, one after the other, and then publishes."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)

    async def publish_below(self, folder: str) -> None:
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.trainer.publishing._AGAIN_S", 0.01)


async def recorded(folder: Folder, *, leaving: bool = False) -> list[int]:
    steps: list[int] = []
    leave = asyncio.Event()
    if leaving:
        leave.set()

    async def record(saved: CheckpointSaved) -> None:
        assert not folder.errors
        steps.append(saved.step)

    publisher = CheckpointPublisher(folder, "checkpoints/run", record, leave)
    publisher.add(SAVED)
    running = asyncio.create_task(publisher.run())
    async with asyncio.timeout(5):
        await publisher.finish()
    running.cancel()
    return steps


@pytest.mark.parametrize("error", [Unavailable("away"), Busy("checkpoints/run/10"), OSError(5, "Input/output error")])
async def test_it_is_tried_until_it_is_published(error: Exception) -> None:
    assert await recorded(Folder(error, error)) == [10]


async def test_a_run_that_is_left_does_not_wait_and_records_nothing() -> None:
    folder = Folder(Unavailable("away"), Unavailable("away"))
    assert await recorded(folder, leaving=True) == []
    assert len(folder.errors) == 1

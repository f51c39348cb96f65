"""The disk in `/health`."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from services.gateway.health import disk as module
from services.gateway.health.disk import DiskHealth, DiskReader, disk_reader
from shared.files import DataTree
from shared.files.disk_reservations import DiskReservations

FOUND = DiskHealth(total=3, free=2, reserved=1)


async def test_it_counts_what_running_downloads_have_reserved(tmp_path: Path) -> None:
    tree = DataTree(tmp_path)
    tree.prepare()
    with DiskReservations(tree.reservations, lambda _: 10**12).reserve("job", 5000):
        found = await disk_reader(tree).status()
    assert found is not None
    assert found.reserved == 5000
    assert 0 < found.free <= found.total


async def test_a_disk_that_does_not_answer_holds_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_LIMIT_S", 0.02)
    answers, calls = threading.Event(), 0

    def read() -> DiskHealth:
        nonlocal calls
        calls += 1
        answers.wait(20)
        return FOUND

    reader = DiskReader(read)
    assert [await reader.status() for _ in range(3)] == [None] * 3
    assert calls == 1
    answers.set()
    monkeypatch.setattr(module, "_LIMIT_S", 10.0)
    assert await reader.status() == FOUND


async def test_a_folder_that_has_gone_is_no_disk(tmp_path: Path) -> None:
    def read() -> DiskHealth:
        raise FileNotFoundError(tmp_path)

    assert await DiskReader(read).status() is None

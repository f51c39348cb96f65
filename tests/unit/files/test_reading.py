"""A folder that is read stays; one that is removed is found to be gone by whoever came too late."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from shared.files.read_locks import reading, start_reading, try_removing


@pytest.fixture
def guard(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    path = tmp_path / "folder" / "metrics.json"
    path.write_text("{}")
    return path


def test_readers_share_and_keep_out_whoever_removes(guard: Path) -> None:
    with reading(guard), reading(guard), try_removing(guard) as mine:
        assert not mine
    with try_removing(guard) as mine:
        assert mine


def test_a_lock_ends_with_its_file(guard: Path) -> None:
    start_reading(guard).close()
    with try_removing(guard) as mine:
        assert mine


def test_what_is_not_there_cannot_be_read_or_removed(tmp_path: Path) -> None:
    with try_removing(tmp_path / "none") as mine:
        assert not mine
    with pytest.raises(FileNotFoundError):
        start_reading(tmp_path / "none")


def test_a_reader_that_waited_for_a_removal_finds_nothing(guard: Path) -> None:
    failures: list[Exception] = []

    def read() -> None:
        try:
            start_reading(guard).close()
        except FileNotFoundError as error:
            failures.append(error)

    with try_removing(guard) as mine:
        assert mine
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(0.2)
        assert reader.is_alive()  # it opened the file and waits
        guard.parent.rename(guard.parent.with_name(".gone"))
    reader.join(5)
    assert len(failures) == 1

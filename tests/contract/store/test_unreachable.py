"""A store that is not there says so, soon, and without a password."""

from __future__ import annotations

import asyncio
import os
import socket
import sqlite3
import time
from pathlib import Path

import pytest

from shared.store import Store, StoreUnavailable, open_store
from shared.store.sqlite_thread import BUSY_S
from tests.support.store_backends import Backend

SOON_S = BUSY_S + 2


async def test_a_closed_store_is_unavailable_and_closing_twice_is_harmless(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.ping()
        await store.close()
        with pytest.raises(StoreUnavailable):
            await store.ping()
        with pytest.raises(StoreUnavailable):
            await store.insert("settings", {"id": "x"})


async def test_a_mongo_server_that_is_not_there_is_reported_soon_and_without_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as placeholder:
        port = placeholder.getsockname()[1]
    started = time.monotonic()
    with pytest.raises(StoreUnavailable, match=f"MongoDB at 127.0.0.1:{port} does not answer") as caught:
        await open_store(f"mongodb://user:hunter2@127.0.0.1:{port}/sokhan")
    assert time.monotonic() - started < SOON_S
    assert "hunter2" not in f"{caught.value} {caught.value.hint}"


async def test_a_mongo_server_that_accepts_and_never_answers_is_reported_soon() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        started = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await open_store(f"mongodb://127.0.0.1:{deaf.getsockname()[1]}/sokhan")
        assert time.monotonic() - started < 2 * SOON_S


async def test_a_writer_that_holds_the_sqlite_lock_for_ever_makes_writes_fail_and_reads_go_on(
    sqlite_backend: Backend, tmp_path: Path
) -> None:
    async with sqlite_backend.connect() as store:
        await store.insert("settings", {"id": "x"})
        blocker = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.raises(StoreUnavailable, match="locked"):
            await store.insert("settings", {"id": "y"})
        assert time.monotonic() - started < SOON_S
        assert await store.get("settings", "x") == {"id": "x"}
        blocker.execute("ROLLBACK")
        blocker.close()
        await store.insert("settings", {"id": "y"})


@pytest.mark.parametrize("replaced", [False, True])
async def test_a_deleted_or_replaced_sqlite_file_takes_no_more_writes(
    sqlite_backend: Backend, tmp_path: Path, replaced: bool
) -> None:
    async with sqlite_backend.connect() as store:
        path = tmp_path / "store.db"
        if replaced:
            (tmp_path / "other").write_bytes(b"")
            (tmp_path / "other").replace(path)
        else:
            path.unlink()
        for call in (store.insert("settings", {"id": "x"}), store.get("settings", "x"), store.ping()):
            with pytest.raises(StoreUnavailable, match="deleted or replaced"):
                await call


async def test_a_file_that_is_not_sqlite_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(b"precious" * 1000)
    with pytest.raises(StoreUnavailable, match="not an SQLite database"):
        await open_store(f"sqlite:///{path}")
    assert path.read_bytes() == b"precious" * 1000


async def test_a_folder_in_the_files_place_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        await open_store(f"sqlite:///{tmp_path}")


async def test_a_sqlite_store_is_readable_for_its_owner_alone(sqlite_backend: Backend, tmp_path: Path) -> None:
    async with sqlite_backend.connect() as store:
        await store.insert("settings", {"id": "token"})
        for name in os.listdir(tmp_path):  # noqa: PTH208
            assert (tmp_path / name).stat().st_mode & 0o077 == 0, name


async def test_a_cancelled_call_leaves_the_store_usable(backend: Backend) -> None:
    async def insert(store: Store, n: int) -> None:
        await store.insert("audit", {"id": str(n)})

    async with backend.connect() as store:
        for n in range(20):
            task = asyncio.create_task(insert(store, n))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await store.insert("audit", {"id": "after"})
        assert await store.get("audit", "after") == {"id": "after"}

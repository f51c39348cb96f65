"""Migrations run once, in order, whoever starts first and whoever dies in the middle."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.store import Document, StoreTooNew, StoreUnavailable, Value
from shared.store.migrations import MIGRATIONS, Migration, SchemaStore, migrate
from shared.store.mongo import MongoStore
from shared.store.sqlite import SqliteStore
from tests.support.store_backends import START_S, Backend, start

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@asynccontextmanager
async def bare(backend: Backend) -> AsyncIterator[SchemaStore]:
    """A store that nobody has migrated yet."""
    store: SchemaStore
    if backend.system == "sqlite":
        store = sqlite = SqliteStore(Path(backend.url.removeprefix("sqlite:///")))
        await sqlite.open()
    else:
        store = MongoStore(backend.url)
    try:
        yield store
    finally:
        await store.close()


def steps(done: list[str], *names: str) -> list[Migration]:
    def step(name: str) -> Migration:
        async def run(store: SchemaStore) -> None:
            await store.prepare({"accounts": ()})
            done.append(name)
            if name == "bad":
                raise RuntimeError(name)

        return Migration(names.index(name) + 1, name, run)

    return [step(name) for name in names]


async def test_five_processes_that_start_at_the_same_moment_all_get_a_migrated_store(backend: Backend) -> None:
    with ExitStack() as stack:
        arguments = ("tests.support.store_workers", "open", backend.url)
        processes = [stack.enter_context(start(*arguments)) for _ in range(5)]
        try:
            for process in processes:
                assert process.stdout is not None
                assert await asyncio.to_thread(process.stdout.readline) == "ready\n"
            for process in processes:
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            outputs = [(await asyncio.to_thread(p.communicate, timeout=START_S))[0] for p in processes]
        finally:
            for process in processes:
                process.kill()
    assert outputs == ["True\n"] * 5
    async with backend.connect() as store:
        schema = await store.get("meta", "schema")
        assert schema is not None
        assert schema["version"] == len(MIGRATIONS)


async def test_at_the_same_moment_each_step_runs_once_and_in_order(backend: Backend) -> None:
    done: list[str] = []
    async with bare(backend) as one, bare(backend) as two, bare(backend) as three:
        migrations = steps(done, "first", "second", "third")
        await asyncio.gather(*(migrate(store, migrations) for store in (one, two, three)))
        await migrate(one, migrations)
    assert done == ["first", "second", "third"]


async def test_later_only_the_new_steps_run(backend: Backend) -> None:
    done: list[str] = []
    async with bare(backend) as store:
        await migrate(store, steps(done, "first"))
        await migrate(store, steps(done, "first", "second"))
    assert done == ["first", "second"]


async def test_a_step_that_fails_is_tried_again_at_the_next_start_without_a_wait(backend: Backend) -> None:
    done: list[str] = []
    async with bare(backend) as store:
        with pytest.raises(RuntimeError, match="bad"):
            await migrate(store, steps(done, "first", "bad", "third"))
        await migrate(store, steps(done, "first", "second", "third"), wait_s=5)
    assert done == ["first", "bad", "second", "third"]


async def test_the_lease_of_a_process_that_died_is_taken_over_once_it_has_expired(backend: Backend) -> None:
    done: list[str] = []
    async with bare(backend) as store:
        lease: Document = {"holder": "dead", "expires_at": NOW + timedelta(seconds=60)}
        await store.prepare({"meta": ()})
        await store.insert("meta", {"id": "schema", "version": 0, "lease": lease})
        with pytest.raises(StoreUnavailable, match="Another process"):
            await migrate(store, steps(done, "first"), now=lambda: NOW, wait_s=0.3)
        assert done == []
        await migrate(store, steps(done, "first"), now=lambda: NOW + timedelta(seconds=61), wait_s=5)
    assert done == ["first"]


async def test_a_process_that_lost_its_lease_in_the_middle_of_a_step_does_not_go_on(backend: Backend) -> None:
    done: list[str] = []
    async with bare(backend) as store:

        async def overtaken(store: SchemaStore) -> None:
            done.append("slow")
            # Meanwhile another process found the lease expired, took it, and did everything.
            await store.update("meta", {"id": "schema"}, {"$set": {"lease.holder": "other", "version": 2}})

        await migrate(store, [Migration(1, "slow", overtaken), steps(done, "first", "second")[1]], wait_s=5)
        schema = await store.get("meta", "schema")
        assert schema is not None
        assert schema["version"] == 2
    assert done == ["slow"]


async def test_a_store_newer_than_the_code_is_refused_in_one_clear_sentence(backend: Backend) -> None:
    async with bare(backend) as store:
        later = [str(number) for number in range(len(MIGRATIONS) + 1)]
        await migrate(store, steps([], *later))
        with pytest.raises(StoreTooNew, match=rf"at version {len(later)}, this code knows versions up to 1\.$"):
            await migrate(store, steps([], "first"))
    with pytest.raises(StoreTooNew):
        async with backend.connect():
            pass


async def test_curves_of_shorter_blocks_are_forgotten_and_later_ones_stay(backend: Backend) -> None:
    async with bare(backend) as store:
        await migrate(store, MIGRATIONS[:2])
        old: dict[str, Value] = {"id": "r:00000000", "run": "r", "block": 0, "first": 1, "last": 256, "keys": {}}
        await store.append_many("training_curves", [old])
        await migrate(store)
        assert await store.count("training_curves", {}) == 0
        await store.append_many("training_curves", [{**old, "last": 512}])
        await migrate(store)
        assert await store.count("training_curves", {}) == 1

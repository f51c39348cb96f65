"""Several processes on one store: nothing is claimed twice, and nothing acknowledged is lost."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from tests.support.store_backends import Backend, start

_CLAIM_S = 80.0
"""For 200 claims by two processes that share the cores with all that other test processes start."""
WORKERS = "tests.support.store_workers"


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.siege
async def test_two_processes_claim_200_jobs_and_no_job_twice(backend: Backend) -> None:
    async with backend.connect() as store:
        await store.append_many(
            "downloads", [{"id": str(n), "state": "queued", "available_at": datetime.now(UTC)} for n in range(200)]
        )
        with ExitStack() as stack:
            processes = [stack.enter_context(start(WORKERS, "claim", backend.url)) for _ in range(2)]
            try:
                for process in processes:
                    assert await asyncio.to_thread(read_line, process) == "ready"
                for process in processes:
                    go(process)
                # Each has taken one before either may go on, so both surely take part.
                firsts = [await asyncio.to_thread(read_line, process) for process in processes]
                for process in processes:
                    go(process)
                outputs = [(await asyncio.to_thread(p.communicate, timeout=_CLAIM_S))[0].split() for p in processes]
            finally:
                for process in processes:
                    process.kill()
        assert sorted([*firsts, *outputs[0], *outputs[1]], key=int) == [str(n) for n in range(200)]
        assert await store.count("downloads", {"state": "running", "attempt": 1}) == 200


@pytest.mark.siege
async def test_kill_9_of_a_writer_loses_nothing_it_was_told_is_written(backend: Backend) -> None:
    async with backend.connect() as store:
        with start(WORKERS, "write", backend.url) as process:
            try:
                assert await asyncio.to_thread(read_line, process) == "ready"
                go(process)
                assert process.stdout is not None
                acknowledged = [await asyncio.to_thread(process.stdout.readline) for _ in range(50)]
            finally:
                process.send_signal(signal.SIGKILL)
            acknowledged += process.stdout.readlines()
        # The last line may have been cut short by the kill.
        written = [line.strip() for line in acknowledged if line.endswith("\n")]
        assert len(written) >= 50
        for name in written:
            assert await store.get("audit", name) is not None, f"{name} was acknowledged and is gone"
        await store.insert("audit", {"id": "the store still takes writes"})


async def test_a_hundred_increments_at_once_are_a_hundred(backend: Backend) -> None:
    async with backend.connect() as first, backend.connect() as second:
        async with asyncio.TaskGroup() as group:
            for n in range(100):
                store = (first, second)[n % 2]
                group.create_task(store.upsert("settings", "counter", {"$inc": {"n": 1}}))
        assert await first.get("settings", "counter") == {"id": "counter", "n": 100}


async def test_of_many_inserts_of_one_unique_key_exactly_one_wins(backend: Backend) -> None:
    async with backend.connect() as first, backend.connect() as second:
        results = await asyncio.gather(
            *((first, second)[n % 2].insert("assets", {"id": str(n), "path": "one"}) for n in range(20)),
            return_exceptions=True,
        )
        assert [result for result in results if result is None] == [None]
        assert {type(result).__name__ for result in results if result is not None} == {"Duplicate"}

"""Costs of gateway, store and bus: the gateway with a worker that does nothing."""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import threading
import time
from contextlib import AsyncExitStack
from pathlib import Path

import httpx2
from websockets.asyncio.client import connect

from bench.platform import publish_events
from bench.scale.costs import BusCosts, GatewayCosts, StoreCosts
from bench.scale.platform import MeasuredPlatform, running
from shared.bus import Bus, BusSettings
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.states import JobState
from shared.jobs import JobEvents, JobRepository, JobService
from shared.service.runtime import new_id, utc_now
from shared.store import Store, open_store
from shared.telemetry import Metrics
from tests.support.accounts import PASSWORD
from tests.support.processes import ROOT, start_python

CLIENTS = 4


def measure(folder: Path, share: float) -> tuple[GatewayCosts, StoreCosts, BusCosts]:
    """`share`: of the usual numbers of requests; small to try it out."""
    with running(folder, ("gateway",)) as built:
        built.processes["downloader"] = start_python(
            "bench.noop_worker", folder / "worker.log", built.settings("downloader")
        )
        built.wait_ready(("gateway", "downloader"))
        request_cpu, rate = _requests(built, max(40, int(2000 * share)))
        job_cpu = _jobs_over_http(built, max(20, int(300 * share)))
        store, bus = asyncio.run(_store_and_bus(built, max(30, int(500 * share))))
        event_cpu = asyncio.run(_fan_out(built, max(10, int(200 * share)), max(5, int(40 * share))))
    idle_cpu = asyncio.run(_idle_sockets(folder.parent / "accounts", max(5, int(50 * share)), max(3.0, 20 * share)))
    return GatewayCosts(request_cpu, rate, job_cpu, event_cpu, idle_cpu), store, bus


def _requests(built: MeasuredPlatform, count: int) -> tuple[float, float]:
    """Processor seconds of the gateway for a listing, and listings a second."""

    def run(number: int) -> None:
        with built.client() as client:
            for _ in range(number):
                client.get("/api/sources/downloads").raise_for_status()

    run(20)
    before, began = built.cpu("gateway"), time.perf_counter()
    threads = [threading.Thread(target=run, args=(count // CLIENTS,)) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    return (built.cpu("gateway") - before) / count, count / took


def _jobs_over_http(built: MeasuredPlatform, count: int) -> float:
    """Processor seconds of the gateway for an accepted job, with what its events cost there."""
    before = built.cpu("gateway")
    with built.client() as client:
        for number in range(count):
            client.post("/api/sources/download", json={"modelId": f"bench/http-{number}"}).raise_for_status()
    return (built.cpu("gateway") - before) / count


async def _store_and_bus(built: MeasuredPlatform, count: int) -> tuple[StoreCosts, BusCosts]:
    store = await open_store(f"sqlite:///{built.data.absolute() / 'sokhan.db'}")
    metrics = Metrics("bench")
    bus = Bus(BusSettings(built.nats.url, "bench"), metrics)
    bus.start()
    assert await bus.wait_ready(10)
    began = time.perf_counter()
    for number in range(count):
        await store.insert("audit", {"id": f"bench-{number}", "owner": "bench"})
    write = (time.perf_counter() - began) / count
    publish, rate, message_cpu = await _publications(built, bus, count)
    jobs = JobService(JobRepository(store, utc_now, 20), JobEvents(bus), bus, metrics, utc_now, new_id)
    writes = built.store_writes("downloader")
    began = time.perf_counter()
    for number in range(count):
        await jobs.submit(DOWNLOAD, DownloadSpec(repo_id=f"bench/{number}"), "bench")
    await _wait_for(store, count)
    jobs_a_second = count / (time.perf_counter() - began)
    # The worker's own writes, and one insert of the acceptance, which this process made.
    writes_a_job = (built.store_writes("downloader") - writes) / count + 1
    await bus.close()
    await store.close()
    return StoreCosts(write, writes_a_job, jobs_a_second), BusCosts(publish, rate, message_cpu)


async def _wait_for(store: Store, count: int) -> None:
    done = {"owner": "bench", "state": JobState.COMPLETED.value}
    async with asyncio.timeout(120):
        while await store.count("downloads", done) < count:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def _publications(built: MeasuredPlatform, bus: Bus, count: int) -> tuple[float, float, float]:
    """Seconds of one after the other, a second of many at once, processor seconds of NATS for one."""
    before, began = built.cpu("nats"), time.perf_counter()
    for number in range(count):
        await bus.jetstream.publish("dlq.bench", str(number).encode())
    one = (time.perf_counter() - began) / count
    began = time.perf_counter()
    for _ in range(10):
        await asyncio.gather(*(bus.jetstream.publish("dlq.bench", b"x" * 900) for _ in range(count // 5)))
    rate = 10 * (count // 5) / (time.perf_counter() - began)
    return one, rate, (built.cpu("nats") - before) / (count + 10 * (count // 5))


async def _fan_out(built: MeasuredPlatform, sockets: int, events: int) -> float:
    """Processor seconds of the gateway for an event of 1 kB to one socket."""
    url = f"ws://127.0.0.1:{built.port}/ws"
    listeners = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.listeners", url, str(sockets), str(events),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, limit=1 << 26,
    )  # fmt: skip
    assert listeners.stdout is not None
    async with asyncio.timeout(120):
        assert await listeners.stdout.readline() == b"ready\n"
    bus = Bus(BusSettings(built.nats.url, "bench"), Metrics("bench"))
    bus.start()
    assert await bus.wait_ready(10)
    before = built.cpu("gateway")
    await publish_events(bus, events, every_s=0.1)
    async with asyncio.timeout(120):
        await listeners.stdout.readline()
    used = built.cpu("gateway") - before
    await listeners.wait()
    await bus.close()
    return used / (sockets * events)


async def _idle_sockets(folder: Path, accounts: int, seconds: float) -> float:
    """Processor seconds a second of the gateway for an open socket of an account of its own that follows everything."""
    environment = {"SOKHAN_AUTH": "accounts", "SOKHAN_REGISTRATION": "open", "SOKHAN_TOKEN": secrets.token_hex(24)}
    with running(folder, ("gateway",), environment) as built:
        keys = await _register(built, accounts)
        await asyncio.sleep(2)
        before = built.cpu("gateway")
        await asyncio.sleep(seconds)
        without = built.cpu("gateway") - before
        async with AsyncExitStack() as opened:
            for key in keys:
                url, headers = f"ws://127.0.0.1:{built.port}/ws", {"Authorization": f"Bearer {key}"}
                socket = await opened.enter_async_context(connect(url, additional_headers=headers, proxy=None))
                await socket.send(json.dumps({"op": "subscribe", "topics": ["*"]}))
            await asyncio.sleep(2)
            before = built.cpu("gateway")
            await asyncio.sleep(seconds)
            used = built.cpu("gateway") - before
    return max(0.0, used - without) / accounts / seconds


async def _register(built: MeasuredPlatform, accounts: int) -> list[str]:
    """Access tokens of so many new accounts."""
    tokens = []
    async with httpx2.AsyncClient(base_url=built.url, timeout=60, trust_env=False) as client:
        for number in range(accounts):
            answer = await client.post("/api/auth/register", json={"name": f"user{number}", "password": PASSWORD})
            tokens.append(str(answer.raise_for_status().json()["data"]["accessToken"]))
    return tokens

"""`GET /api/system` and the topic `system`: with services that answer on a real NATS, and without any."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from pydantic import JsonValue

from services.gateway.events.live import LiveEvents
from services.gateway.health.disk import disk_reader
from services.gateway.health.queues import QueueReader
from services.gateway.health.service import HealthService
from services.gateway.system.disk import DiskUsage, folder_bytes
from services.gateway.system.machine import memory_status
from services.gateway.system.service import SystemService
from shared.assets import AssetRepository
from shared.bus import Bus, BusSettings
from shared.contracts.errors import Forbidden, Validation
from shared.contracts.rpc import Ping
from shared.contracts.system import GpuLoad
from shared.files import DataTree
from shared.jobs import JobRepository
from shared.service import Health
from shared.service.gpus import GpuReader
from shared.service.load import ProcessLoad
from shared.service.runtime import utc_now
from shared.store import Store, open_store
from shared.telemetry import Metrics
from tests.support.accounts import accounts_app, first_admin, invited
from tests.support.eventually import eventually
from tests.support.fair_use import fair_use
from tests.support.gateway_app import GatewayApp
from tests.support.processes import nats_server
from tests.support.sockets import connected

GPU = GpuLoad(id="GPU-1", name="A card", utilization=50, memory_used=1, memory_total=2, temperature=40)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path / 'system.db'}")
    yield opened
    await opened.close()


def queues(store: Store) -> QueueReader:
    return QueueReader(JobRepository(store, utc_now, 30.0), utc_now)


async def test_each_service_reports_its_own_part(tmp_path: Path, store: Store) -> None:
    metrics = Metrics("test")
    clock = [time.monotonic()]
    with nats_server(tmp_path / "nats") as nats:
        gateway = Bus(BusSettings(nats.url, "gateway"), metrics)
        workers = [Bus(BusSettings(nats.url, name), Metrics(name)) for name in ("trainer", "synth")]
        for bus in (gateway, *workers):
            bus.start()
            assert await bus.wait_ready(10)
        for bus, name in zip(workers, ("trainer", "synth"), strict=True):
            await Health(name, store, bus, ProcessLoad(lambda: (GPU,))).answer_pings()
        tree = DataTree(tmp_path / "data")
        tree.prepare()
        (tree.uploads / "u").write_bytes(b"x" * 5000)
        health = HealthService(
            Health("gateway", store, gateway), gateway, lambda: clock[0], queues(store), disk_reader(tree)
        )
        disk = DiskUsage(tree, AssetRepository(store), lambda: clock[0])
        system = SystemService(health, disk, utc_now, lambda: clock[0])
        first, shown = await system.status(), await health.report()
        for bus in workers:
            await bus.close()
        clock[0] += 7
        later = await system.status()
        await gateway.close()
    found = {service.name: service for service in first.services}
    assert {name: service.state for name, service in found.items()} == {
        "gateway": "ok", "downloader": "down", "scanner": "down", "trainer": "ok", "synth": "ok",
    }  # fmt: skip
    assert (found["trainer"].memory or 0) > 1_000_000
    assert found["trainer"].uptime is not None
    assert found["trainer"].age == 0.0
    assert found["scanner"].model_dump(exclude={"name", "state"}) == dict.fromkeys(
        ("version", "memory", "cpu", "uptime", "age")
    )
    assert [(gpu.id, gpu.services, gpu.temperature) for gpu in first.gpus] == [("GPU-1", ("trainer", "synth"), 40)]
    assert shown.gpus == first.gpus
    assert shown.disk is not None
    assert (shown.disk.total, shown.disk.reserved) == (first.disk.total, 0)
    assert first.disk.used is not None
    assert first.disk.used.uploads == 5000
    assert 0 < first.disk.free <= first.disk.total
    # A service that has gone keeps its last figures, with their age.
    trainer = next(service for service in later.services if service.name == "trainer")
    assert (trainer.state, trainer.memory) == ("down", found["trainer"].memory)
    assert (trainer.age or 0) >= 7
    assert later.gpus[0].age >= 7


async def test_the_topic_is_measured_while_somebody_follows_it(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.events.system_feed._EVERY_S", 0.05)
    tree = DataTree(tmp_path / "data")
    tree.prepare()
    metrics = Metrics("test")
    bus = Bus(BusSettings("nats://127.0.0.1:9", "test"), metrics)
    health = HealthService(Health("gateway", store, bus), bus, time.monotonic, queues(store), disk_reader(tree))
    system = SystemService(health, DiskUsage(tree, AssetRepository(store), time.monotonic), utc_now, time.monotonic)
    measured: list[float] = []

    async def read() -> object:
        measured.append(time.monotonic())
        return await system.status()

    repository = JobRepository(store, utc_now, 30.0)
    live = LiveEvents(
        bus, repository, metrics, time.monotonic, fair_use(store), asyncio.Event(), read,  # type: ignore[arg-type]
    )  # fmt: skip
    live.start()
    with live.listener("sara", "sse") as everything, live.listener("sara", "sse", {"training"}) as without:
        await live.subscribe(everything, "*")
        with pytest.raises(Forbidden):
            await live.subscribe(without, "system")
        for wrong in ("system:*", "system:x"):
            with pytest.raises(Validation):
                await live.subscribe(everything, wrong)
        await asyncio.sleep(0.2)
        assert measured == []
        with live.listener("sara", "sse") as follower:
            await live.subscribe(follower, "system")
            assert len(measured) == 1
            events: list[dict[str, JsonValue]] = []
            async with asyncio.timeout(10):
                while len(events) < 3:
                    item = await follower.queue.get()
                    assert item is not None
                    events.append(json.loads(item.encoded))
        assert everything.queue.empty()
    assert {(event["topic"], event["type"], event["jobId"]) for event in events} == {("system", "system", None)}
    revisions = [int(str(event["revision"])) for event in events]
    assert revisions == sorted(revisions)
    before = len(measured)
    await eventually(lambda: not live._system._followers(), "nobody follows")
    await asyncio.sleep(0.2)
    assert len(measured) <= before + 1
    await bus.close()


def test_the_state_over_http_and_a_socket(gateway: GatewayApp, client: httpx2.Client) -> None:
    answer = client.get("/api/system")
    assert answer.status_code == 200, answer.text
    data = answer.json()["data"]
    assert str(gateway.data) not in answer.text
    assert data["processors"]["count"] >= 1
    assert data["memory"]["available"] <= data["memory"]["total"]
    assert {service["name"]: service["state"] for service in data["services"]}["trainer"] == "unknown", "no bus"
    with gateway.client() as other, connected(other) as socket:
        socket.send_json({"op": "subscribe", "topics": ["system"]})
        received = [socket.receive_json(), socket.receive_json()]
    event = next(each for each in received if "type" in each)
    assert set(event["data"]) == set(data)
    assert {"op": "subscribed", "topics": ["system"]} in received


def test_every_account_may_see_it_and_a_key_with_the_scope(tmp_path: Path) -> None:
    with accounts_app(tmp_path) as app:
        viewer = invited(first_admin(app), "viewer", "viewer")
        assert viewer.ask("GET", "/api/system").status_code == 200
        with app.client() as client:
            assert client.get("/api/system").status_code == 401
            assert client.get("/api/system", headers=viewer.key("read")).status_code == 200
            assert client.get("/api/system", headers=viewer.key("speech")).status_code == 403


def test_a_machine_without_a_driver_has_no_gpus(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.service.gpus._open", lambda: None)
    assert GpuReader()() == ()


def test_memory_of_a_container(tmp_path: Path) -> None:
    meminfo, cgroup = tmp_path / "meminfo", tmp_path / "memory.max"
    meminfo.write_text("MemTotal:       1000 kB\nMemFree:  1 kB\nMemAvailable:    400 kB\n")
    cgroup.write_text("max\n")
    found = memory_status(meminfo, cgroup)
    assert found is not None
    assert (found.total, found.available, found.limit) == (1_024_000, 409_600, None)
    cgroup.write_text("512000\n")
    assert (limited := memory_status(meminfo, cgroup)) is not None
    assert limited.limit == 512_000
    assert memory_status(tmp_path / "none", cgroup) is None


def test_links_are_not_counted(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_bytes(b"x" * 10)
    (tmp_path / "link").symlink_to("/")
    (tmp_path / "other").symlink_to(tmp_path / "a" / "file")
    assert folder_bytes(tmp_path) == 10


async def test_a_driver_that_does_not_return_delays_no_pong(store: Store) -> None:
    answered, calls = threading.Event(), 0

    def stuck() -> tuple[GpuLoad, ...]:
        nonlocal calls
        calls += 1
        answered.wait(20)
        return (GPU,)

    bus = Bus(BusSettings("nats://127.0.0.1:9", "synth"), Metrics("synth"))
    health = Health("synth", store, bus, ProcessLoad(stuck))
    try:
        started = time.monotonic()
        for _ in range(2):
            assert (await health.pong(Ping())).load is None
        assert time.monotonic() - started < 5
        assert calls == 1
    finally:
        answered.set()
    async with asyncio.timeout(10):
        while (load := (await health.pong(Ping())).load) is None:
            continue
    assert load.gpus == (GPU,)


def test_the_share_of_a_core_is_measured_over_a_second() -> None:
    clock, cpu = [0.0], [0.0]
    load = ProcessLoad(clock=lambda: clock[0], cpu=lambda: cpu[0])
    assert load.measure().cpu is None
    clock[0], cpu[0] = 2.0, 1.0
    assert load.measure().cpu == 50.0
    clock[0], cpu[0] = 2.5, 1.5
    assert (load.measure().cpu, load.measure().uptime) == (50.0, 2.5)

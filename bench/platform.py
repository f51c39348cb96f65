"""`make bench`: what the platform itself costs, on loopback, bounded, in a folder of its own.

Request accepted; accepted to running; event published to seen by 1, 100 and 1,000 WebSocket subscribers; jobs a second
through one worker that does nothing; memory of each idle service. Beside them, in the same run, the same store write
and the same publish alone: the floor that the platform stands on.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from shared.bus import Bus, BusSettings
from shared.contracts import subjects
from shared.contracts.events import Event
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.states import JobKind, JobState
from shared.jobs import JobEvents, JobRepository, JobService
from shared.service.runtime import new_id, utc_now
from shared.store import open_store
from shared.telemetry import Metrics
from tests.support.platform import SERVICES, Platform, platform
from tests.support.processes import ROOT, start_python

REQUESTS = 300
JOBS = 500
EVENTS = 20
SUBSCRIBERS = (1, 100, 1000)
Row = tuple[str, str]


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def spread(values: Sequence[float]) -> str:
    return f"{percentile(values, 0.5):.1f} / {percentile(values, 0.99):.1f} ms"


def memory(built: Platform) -> list[Row]:
    rows = []
    for name in SERVICES:
        status = Path(f"/proc/{built.processes[name].popen.pid}/status").read_text()
        kilobytes = int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1])
        rows.append((f"memory of the idle {name} (RSS)", f"{kilobytes / 1024:.0f} MiB"))
    return rows


def requests(built: Platform) -> list[Row]:
    """Accepted: POST to its 202. Running: POST to the running state on /ws, seen by a client like any other."""
    accepted: list[float] = []
    running: list[float] = []
    with built.socket("download:*") as listener, built.client() as client:
        while listener.next().get("op") != "subscribed":
            pass
        for number in range(REQUESTS):
            started = time.perf_counter()
            job = client.post("/api/sources/download", json={"modelId": f"bench/{number}"}).json()["data"]
            accepted.append((time.perf_counter() - started) * 1000)
            for event in iter(listener.next, None):
                data = event.get("data")
                mine = isinstance(data, dict) and data["id"] == job["id"]
                if mine and isinstance(data, dict) and data["state"] == "running":
                    running.append((time.perf_counter() - started) * 1000)
                if mine and event.get("final"):
                    break
    after = [max(0.0, r - a) for r, a in zip(running, accepted, strict=True)]
    return [
        (f"request accepted, p50 / p99 ({REQUESTS} one after another)", spread(accepted)),
        ("accepted → running, seen on /ws, p50 / p99", spread(after)),
        ("request sent → running, seen on /ws, p50 / p99", spread(running)),
    ]


async def floor_and_throughput(built: Platform) -> list[Row]:
    store = await open_store(f"sqlite:///{built.data.absolute() / 'sokhan.db'}")
    metrics = Metrics("bench")
    bus = Bus(BusSettings(built.nats.url, "bench"), metrics)
    bus.start()
    assert await bus.wait_ready(10)
    repository = JobRepository(store, utc_now, 20)
    jobs = JobService(repository, JobEvents(bus), bus, metrics, utc_now, new_id)
    writes: list[float] = []
    for number in range(REQUESTS):
        started = time.perf_counter()
        await store.insert("audit", {"id": f"bench-{number}", "owner": "bench"})
        writes.append((time.perf_counter() - started) * 1000)
    publishes: list[float] = []
    for number in range(REQUESTS):
        started = time.perf_counter()
        await bus.jetstream.publish("dlq.bench", str(number).encode())
        publishes.append((time.perf_counter() - started) * 1000)
    started = time.perf_counter()
    for number in range(JOBS):
        await jobs.submit(DOWNLOAD, DownloadSpec(repo_id=f"bench/{number}"), "bench")
    while await store.count("downloads", {"owner": "bench", "state": JobState.COMPLETED.value}) < JOBS:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    rate = JOBS / (time.perf_counter() - started)
    await bus.close()
    await store.close()
    return [
        ("floor: one durable SQLite insert, p50 / p99", spread(writes)),
        ("floor: one acknowledged JetStream publish, p50 / p99", spread(publishes)),
        (f"jobs a second through one worker doing nothing ({JOBS}, submitted meanwhile)", f"{rate:.0f}"),
    ]


async def publish_events(bus: Bus, count: int, every_s: float) -> None:
    """Events of 1 kB, each of a run of its own, with the time at which they were published: bench/listeners.py."""
    for number in range(count):
        run = new_id()
        event = Event(
            id=f"{run}:1", topic=f"training:{run}", kind=JobKind.TRAINING, job_id=run, owner="local", revision=1,
            type="metrics", time=utc_now(), data={"number": number, "published": time.monotonic(), "filler": "x" * 900},
        )  # fmt: skip
        await bus.publish_event(subjects.event("training", run), event)
        await asyncio.sleep(every_s)


async def fan_out(built: Platform, count: int) -> Row:
    """The slowest and the middle subscriber of each event; the median and the worst over the events."""
    url = f"ws://127.0.0.1:{built.port}/ws"
    listeners = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.listeners", url, str(count), str(EVENTS),
        cwd=ROOT, stdout=asyncio.subprocess.PIPE, limit=1 << 26,
    )  # fmt: skip
    assert listeners.stdout is not None
    assert await asyncio.wait_for(listeners.stdout.readline(), 120) == b"ready\n"
    bus = Bus(BusSettings(built.nats.url, "bench"), Metrics("bench"))
    bus.start()
    assert await bus.wait_ready(10)
    await publish_events(bus, EVENTS, every_s=0.5)  # the pace of a live run; each event is measured alone
    delays: list[list[float]] = json.loads(await asyncio.wait_for(listeners.stdout.readline(), 120))
    await listeners.wait()
    await bus.close()
    slowest = [max(of_event) for of_event in delays]
    middle = [percentile(of_event, 0.5) for of_event in delays]
    return (
        f"event published → seen by {count:,} subscribers: middle / slowest / slowest of {EVENTS} events",
        f"{percentile(middle, 0.5):.1f} / {percentile(slowest, 0.5):.1f} / {max(slowest):.1f} ms",
    )


def machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "unknown processor",
    )
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model}), {total:.0f} GiB, Python {sys.version.split()[0]}"


def measure(folder: Path) -> list[Row]:
    rows: list[Row] = []
    with platform(folder / "idle") as built:
        time.sleep(3)  # so that what is measured is idle, not starting
        rows += memory(built)
    unlimited = {
        "SOKHAN_STREAMS_PER_OWNER": "0",
        "SOKHAN_HTTP_CONNECTIONS": "1200",
        "SOKHAN_HTTP_CONNECTIONS_PER_ADDRESS": "1200",
    }
    with platform(folder / "load", names=("gateway",), environment=unlimited) as built:
        built.processes["downloader"] = start_python(
            "bench.noop_worker", folder / "worker.log", built.settings("downloader")
        )
        built.wait_ready(("gateway", "downloader"))
        rows += requests(built)
        rows += asyncio.run(floor_and_throughput(built))
        rows += [asyncio.run(fan_out(built, count)) for count in SUBSCRIBERS]
    return rows


def main() -> None:
    print("Measuring; about two minutes on two cores …", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="sokhan-bench-") as folder:
        rows = measure(Path(folder))
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    print(f"Measured on {dt.datetime.now(dt.UTC):%Y-%m-%d}, {machine()}, at {revision.stdout.strip()}.\n")
    print("| what | measured |\n|---|---|")
    for what, value in rows:
        print(f"| {what} | {value} |")


if __name__ == "__main__":
    main()

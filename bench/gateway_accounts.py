"""The part of `make bench WHAT=gateway` about accounts.

1. Accepted speech jobs a second, in turns on three gateways in processes of their own: without any authentication and
   policy (SOKHAN_AUTH=off, without the audit and the policy of routes), with an access token, with an API key.
2. Logins, lists and accepted jobs a second and their 99th percentile on the gateway with accounts.
3. 2,000 authenticated sockets on one gateway, one of which reads nothing: the time from an event on the bus to the last
   of the other 1,999, and the memory of the gateway.
"""

from __future__ import annotations

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2
from websockets.asyncio.client import ClientConnection, connect

from bench.measure import cpu_seconds, resident_memory
from shared.bus import Bus, BusSettings
from shared.contracts import subjects
from shared.contracts.events import Event
from shared.service.runtime import utc_now
from shared.telemetry import Metrics
from tests.support.processes import ROOT, Nats, free_port, wait_until

ROUNDS, REQUESTS, CLIENTS = 12, 200, 4
SOCKETS, EVENTS = 2000, 50
PASSWORD = "a long sentence for the bench"


@dataclass(frozen=True)
class Served:
    process: subprocess.Popen[bytes]
    port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def serve(kind: str) -> None:
    """The gateway's process: `open` has neither authentication nor policy nor audit."""
    from unittest.mock import patch

    from services.gateway import edge, main, routes
    from services.gateway.app import Gateway, build_app
    from shared.service import Service, run_service

    async def bare(service: Service) -> Gateway:
        with patch.object(routes, "authorize", lambda: None):
            built = await build_app(service)
        audit: object = edge.AuditTrail
        built.app.user_middleware = [item for item in built.app.user_middleware if item.cls is not audit]
        return built

    if kind != "open":
        run_service("gateway", main.main)
        return
    with patch.object(main, "build_app", bare):
        run_service("gateway", main.main)


def start(kind: str, folder: Path, nats: Nats) -> Served:
    port = free_port()
    folder.mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SOKHAN_DATA": str(folder / "data"),
        "SOKHAN_PORT": str(port),
        "SOKHAN_NATS_URL": nats.url,
        "SOKHAN_AUTH": "off" if kind == "open" else "accounts",
        "SOKHAN_REGISTRATION": "open",
        "SOKHAN_ADMIN_LINK_FILE": str(folder / "link"),
        "SOKHAN_REQUESTS_PER_MINUTE": "100000000",
        "SOKHAN_JOBS_PER_OWNER": "100000000",
        "SOKHAN_SPEECH_CHARACTERS_PER_DAY": "1000000000000",
        "SOKHAN_STREAMS_PER_OWNER": "0",
        "SOKHAN_HTTP_CONNECTIONS": "10000",
        "SOKHAN_HTTP_CONNECTIONS_PER_ADDRESS": "10000",
    }
    with (folder / "log").open("wb") as log:
        command = (sys.executable, "-m", "bench.gateway_accounts", kind)
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)

    def ready() -> bool:
        try:
            return httpx2.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, timeout=2).status_code == 200
        except httpx2.HTTPError:
            return False

    wait_until(ready, 60, f"the gateway is ready; log in {folder}")
    return Served(process, port, folder)


def session(served: Served) -> dict[str, str]:
    body = {"name": "bench", "password": PASSWORD}
    made = httpx2.post(f"{served.url}/api/auth/register", json=body, trust_env=False, timeout=30).json()["data"]
    return {"Authorization": f"Bearer {made['accessToken']}"}


def api_key(served: Served, headers: dict[str, str]) -> dict[str, str]:
    body = {"name": "bench", "scopes": ["speech", "read"]}
    made = httpx2.post(f"{served.url}/api/auth/keys", json=body, headers=headers, trust_env=False).json()["data"]
    return {"Authorization": f"Bearer {made['key']}"}


Send = Callable[[httpx2.AsyncClient, int], Awaitable[httpx2.Response]]


async def hammer(served: Served, headers: dict[str, str], count: int, send: Send) -> list[float]:
    """Seconds of each of `count` requests, over `CLIENTS` connections."""
    taken: list[float] = []

    async def run(number: int) -> None:
        async with httpx2.AsyncClient(base_url=served.url, headers=headers, trust_env=False, timeout=60) as client:
            for index in range(count // CLIENTS):
                at = time.perf_counter()
                answer = await send(client, number * count + index)
                assert answer.status_code < 300, answer.text
                taken.append(time.perf_counter() - at)

    await asyncio.gather(*(run(number) for number in range(CLIENTS)))
    return taken


async def accept(client: httpx2.AsyncClient, number: int) -> httpx2.Response:
    return await client.post("/api/speech", json={"input": f"سلام دنیا {number} {time.time()}", "voice": "espeak-fa"})


async def login(client: httpx2.AsyncClient, _: int) -> httpx2.Response:
    return await client.post("/api/auth/login", json={"name": "bench", "password": PASSWORD})


async def listing(client: httpx2.AsyncClient, _: int) -> httpx2.Response:
    return await client.get("/api/sources/downloads")


async def compare(open_: Served, served: Served, credentials: dict[str, dict[str, str]]) -> None:
    variants: dict[str, tuple[Served, dict[str, str]]] = {"off, without policy and audit": (open_, {})}
    variants |= {f"accounts, {name}": (served, headers) for name, headers in credentials.items()}
    rate: dict[str, list[float]] = {name: [] for name in variants}
    cost: dict[str, list[float]] = {name: [] for name in variants}
    for round_ in range(-1, ROUNDS):
        order = list(variants.items())
        for name, (target, headers) in order[round_ % len(order) :] + order[: round_ % len(order)]:
            cpu, at = cpu_seconds(target.process.pid), time.perf_counter()
            await hammer(target, headers, REQUESTS, accept)
            if round_ >= 0:  # the first one warms up
                rate[name].append(REQUESTS / (time.perf_counter() - at))
                cost[name].append((cpu_seconds(target.process.pid) - cpu) / REQUESTS * 1e6)
    first = next(iter(variants))
    print("| gateway | CPU of one accepted job | accepted a second | of the first row's |\n|---|---|---|---|")
    for name in variants:
        ratio = statistics.median(b / a for a, b in zip(rate[first], rate[name], strict=True))
        print(
            f"| {name} | {statistics.median(cost[name]):.0f} µs | {statistics.median(rate[name]):.0f} | {ratio:.1%} |"
        )


async def requests(served: Served, headers: dict[str, str]) -> None:
    print("\n| request | a second | median | p99 |\n|---|---|---|---|")
    for name, send, count in (("login", login, 40), ("list of downloads", listing, 2000), ("accept", accept, 2000)):
        at = time.perf_counter()
        taken = sorted(await hammer(served, headers, count, send))
        total = time.perf_counter() - at
        p99 = taken[int(len(taken) * 0.99) - 1]
        print(f"| {name} | {len(taken) / total:.0f} | {statistics.median(taken) * 1e3:.1f} ms | {p99 * 1e3:.1f} ms |")


async def sockets(served: Served, headers: dict[str, str], nats: Nats) -> None:
    job = await _job(served, headers)
    before = resident_memory(served.process.pid)
    at = time.perf_counter()
    opened = await _open(served, headers)
    taken = time.perf_counter() - at
    slow, rest = opened[0], opened[1:]
    slow.transport.pause_reading()
    for socket in opened:
        await socket.send(json.dumps({"op": "subscribe", "topics": [f"speech:{job}"]}))
    await asyncio.gather(*(_until(socket, lambda message: message.get("op") == "subscribed") for socket in rest))
    idle = resident_memory(served.process.pid)
    bus = Bus(BusSettings(url=nats.url, name="bench"), Metrics("bench"))
    bus.start()
    assert await bus.wait_ready(10)
    latest: list[float] = []
    for number in range(EVENTS):
        revision = 1000 + number
        await bus.publish_event(subjects.event("speech", job), _event(job, revision))
        sent = time.perf_counter()

        async def arrived(socket: ClientConnection, revision: int = revision, sent: float = sent) -> float:
            await _until(socket, lambda message: message.get("revision") == revision)
            return time.perf_counter() - sent

        latest += sorted(await asyncio.gather(*(arrived(socket) for socket in rest)))[-1:]
    loaded = resident_memory(served.process.pid)
    await bus.close()
    await asyncio.gather(*(socket.close() for socket in rest))
    print(f"\n{SOCKETS:,} sockets opened in {taken:.1f} s; one reads nothing, {EVENTS} events to each.\n")
    print("| | |\n|---|---|")
    print(f"| an event to the last of {SOCKETS - 1:,} sockets, median | {statistics.median(latest) * 1e3:.0f} ms |")
    print(f"| the slowest of {EVENTS} | {max(latest) * 1e3:.0f} ms |")
    print(f"| memory for a socket | {(idle - before) / SOCKETS / 1024:.0f} KiB |")
    print(f"| growth under the events | {(loaded - idle) / 2**20:.1f} MiB |")


async def _job(served: Served, headers: dict[str, str]) -> str:
    async with httpx2.AsyncClient(base_url=served.url, headers=headers, trust_env=False) as client:
        return str((await accept(client, 0)).json()["data"]["id"])


async def _open(served: Served, headers: dict[str, str]) -> list[ClientConnection]:
    places = asyncio.Semaphore(50)

    async def one() -> ClientConnection:
        async with places:
            url = f"ws://127.0.0.1:{served.port}/ws"
            return await connect(url, additional_headers=headers, ping_interval=None, open_timeout=60, proxy=None)

    return list(await asyncio.gather(*(one() for _ in range(SOCKETS))))


async def _until(socket: ClientConnection, wanted: Callable[[dict[str, object]], bool]) -> None:
    async with asyncio.timeout(60):
        while not wanted(json.loads(await socket.recv())):
            pass


def _event(job: str, revision: int) -> Event:
    data = {"id": job, "state": "running", "progress": 1.0, "note": "x" * 400}
    return Event(
        id=f"{job}:{revision}",
        topic=f"speech:{job}",
        kind="speech",
        job_id=job,
        owner="bench",
        revision=revision,
        type="progress",
        time=utc_now(),
        data=data,
    )


async def measure() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nats = Nats(folder / "nats")
        nats.start()
        open_, served = start("open", folder / "open", nats), start("accounts", folder / "accounts", nats)
        try:
            headers = session(served)
            key = api_key(served, headers)
            await compare(open_, served, {"access token": headers, "API key": key})
            await requests(served, headers)
            await sockets(served, key, nats)
        finally:
            for item in (open_, served):
                item.process.terminate()
                item.process.wait(60)
            nats.kill()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        serve(sys.argv[1])
    else:
        asyncio.run(measure())

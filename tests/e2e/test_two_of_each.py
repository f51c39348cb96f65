"""Two gateways, two of each worker and a NATS cluster of three: jobs spread, and a dead gateway or NATS server loses
nothing.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from shared.trust import NOBODY
from tests.support.hub import TestHub, running_hub
from tests.support.nats_cluster import NatsCluster, nats_cluster
from tests.support.platform import Platform
from tests.support.processes import Nats, free_port, start_python

pytestmark = [pytest.mark.siege, pytest.mark.timeout(900)]
WORKERS = ("downloader", "scanner", "trainer", "synth")
SOCKETS, DOWNLOADS, RUNS = 500, 40, 12


@dataclass
class Watcher:
    """A client with one socket, which goes to the other gateway when its own is gone, and continues by `since`."""

    ports: list[int]
    revisions: dict[str, dict[str, int]] = field(default_factory=lambda: {"download": {}, "training": {}})
    ended: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    connections: int = 0

    @property
    def seen(self) -> set[str]:
        """The jobs of which it has an event. One that began and ended while it was away is none of them."""
        return {job for of_kind in self.revisions.values() for job in of_kind}

    async def run(self) -> None:
        await asyncio.sleep(random.random() * 5)
        while True:
            with suppress(OSError, WebSocketException, TimeoutError):
                await self._connection(self.ports[0])
            self.connected.clear()
            self.ports.reverse()
            await asyncio.sleep(0.5 + random.random())

    async def _connection(self, port: int) -> None:
        async with connect(f"ws://127.0.0.1:{port}/ws", proxy=None, open_timeout=60) as socket:
            topics = [{"topic": f"{kind}:*", "since": since} for kind, since in self.revisions.items()]
            await socket.send(json.dumps({"op": "subscribe", "topics": topics}))
            last: dict[str, int] = {}
            while True:
                message = json.loads(await socket.recv())
                if message.get("op") == "subscribed":
                    self.connections += 1
                    self.connected.set()
                elif message.get("jobId"):
                    self._note(message, last)

    def _note(self, message: dict[str, object], last: dict[str, int]) -> None:
        job, revision = str(message["jobId"]), message["revision"]
        assert isinstance(revision, int)
        if revision <= last.get(job, -1):
            self.problems.append(f"{job}: revision {revision} after {last[job]}")
        last[job] = self.revisions[str(message["kind"])][job] = revision
        if message.get("final"):
            self.ended.add(job)


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        for number in range(DOWNLOADS):
            found.put(f"ns/m{number}", {"weights.bin": bytes([number]) * 400_000})
        found.shape(rate=400_000)
        yield found


@asynccontextmanager
async def doubled(folder: Path, cluster: NatsCluster, hub: TestHub) -> AsyncIterator[tuple[Platform, Platform]]:
    """Two platforms on one store, one data folder and one cluster."""
    environment = {
        "HF_ENDPOINT": hub.url,
        "SOKHAN_STREAMS_PER_OWNER": "0",
        "SOKHAN_HTTP_CONNECTIONS_PER_ADDRESS": "1000",
        "SOKHAN_LOG_LEVEL": "info",
    }
    first = Platform(folder, cast("Nats", cluster), environment=environment)
    second = replace(first, port=free_port(), processes={})
    try:
        for built, suffix in ((first, "a"), (second, "b")):
            for name in ("gateway", *WORKERS):
                log = folder / f"{name}-{suffix}.log"
                built.processes[name] = start_python(f"services.{name}", log, built.settings(name))
        for built in (first, second):
            await asyncio.to_thread(built.wait_ready, WORKERS, 90)
        yield first, second
    finally:
        await asyncio.to_thread(first.stop)
        await asyncio.to_thread(second.stop)


async def test_a_gateway_and_a_nats_server_die_and_nothing_is_lost(tmp_path: Path, hub: TestHub) -> None:
    with nats_cluster(tmp_path / "nats") as cluster:
        async with doubled(tmp_path, cluster, hub) as (first, second):
            watchers = [
                Watcher([first.port, second.port] if n % 2 else [second.port, first.port]) for n in range(SOCKETS)
            ]
            watching = [asyncio.create_task(watcher.run()) for watcher in watchers]
            try:
                await _story(watchers, cluster, first, second)
            finally:
                for task in watching:
                    task.cancel()
                await asyncio.gather(*watching, return_exceptions=True)


async def _story(watchers: list[Watcher], cluster: NatsCluster, first: Platform, second: Platform) -> None:
    await _all_connected(watchers)
    async with httpx2.AsyncClient(base_url=second.url, timeout=60, trust_env=False, verify=NOBODY) as client:
        lines = b'{"text": "salam"}\n' * 30
        made = await client.post("/api/datasets", files={"file": ("t.jsonl", lines)}, data={"name": "texts"})
        made.raise_for_status()
        jobs = [await _post(client, "/api/sources/download", {"modelId": f"ns/m{n}"}) for n in range(DOWNLOADS)]
        config = {"max_steps": 20, "batch_size": 2, "checkpoint_every": 5, "step_seconds": 0.05}
        run = {"recipe": "toy", "datasets": ["local/texts"], "config": config}
        jobs += [await _post(client, "/api/training", {**run, "name": f"r{n}"}) for n in range(RUNS)]

        first.kill("gateway")
        await _all_connected(watchers)
        cluster.kill(0)
        late = [
            await _post(client, "/api/sources/download", {"modelId": f"ns/m{n}", "include": ["README.md"]})
            for n in range(5)
        ]
        for job in [*jobs, *late]:
            await _completed(client, job)
    everything = {job.rpartition("/")[2] for job in [*jobs, *late]}
    async with asyncio.timeout(240):
        while any((everything & watcher.seen) - watcher.ended for watcher in watchers):  # noqa: ASYNC110 - 500 clients, one look at all
            await asyncio.sleep(0.5)
    assert min(len(watcher.ended & everything) for watcher in watchers) > len(jobs) / 2, "most were seen by everybody"
    assert [problem for watcher in watchers for problem in watcher.problems] == []
    assert sum(watcher.connections > 1 for watcher in watchers) >= SOCKETS / 2, "those of the dead gateway came back"
    for name, least in (("downloader", 3), ("trainer", 2)):
        for built in (first, second):
            claimed = sum(line.get("event") == "job_claimed" for line in built.processes[name].lines())
            assert claimed >= least, f"the jobs spread over both {name}s"


async def _all_connected(watchers: list[Watcher]) -> None:
    async with asyncio.timeout(300):
        await asyncio.gather(*(watcher.connected.wait() for watcher in watchers))


async def _post(client: httpx2.AsyncClient, path: str, body: object) -> str:
    """The path of the accepted job."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 202, answer.text
    one = "/api/sources/download" if "download" in path else path
    return f"{one}/{answer.json()['data']['id']}"


async def _completed(client: httpx2.AsyncClient, path: str) -> None:
    async with asyncio.timeout(240):
        while True:
            job = (await client.get(path)).json()["data"]
            if job["state"] in {"completed", "failed", "cancelled"}:
                assert (job["state"], job["attempt"]) == ("completed", 1), job
                return
            await asyncio.sleep(0.5)

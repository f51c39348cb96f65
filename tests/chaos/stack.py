"""The platform under chaos: five services, NATS and a hub as processes, with a proxy between any two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.mongo import MongoServer
from tests.chaos.proxy import Proxy
from tests.support.hub import TestHub, running_hub
from tests.support.platform import SERVICES, Platform
from tests.support.processes import Nats, free_port, start_python

LEASE_S = 3.0
_FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


@dataclass
class Stack(Platform):
    """`links`: by name `client`, `hub`, and each service for its line to NATS."""

    links: dict[str, Proxy] = field(default_factory=dict)
    skew: dict[str, int] = field(default_factory=dict)
    """Seconds by which a service's clock is ahead, from its next start on."""
    mongo: MongoServer | None = None
    """The store; None for SQLite in the data folder."""
    ops_ports: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in SERVICES})
    """By service; the same over a restart."""
    held: set[str] = field(default_factory=set)
    """Services that a fault has in its hands: no other fault touches them, and nobody starts them again."""

    @property
    def client_url(self) -> str:
        return f"http://127.0.0.1:{self.links['client'].port}"

    def settings(self, service: str = "gateway") -> dict[str, str]:
        settings = super().settings(service)
        settings["SOKHAN_NATS_URL"] = f"nats://127.0.0.1:{self.links[service].port}"
        settings["SOKHAN_OPS_PORT"] = str(self.ops_ports[service])
        settings["SOKHAN_LEASE_SECONDS"] = str(LEASE_S)
        settings["HF_ENDPOINT"] = f"http://127.0.0.1:{self.links['hub'].port}"
        if self.mongo is not None:
            port = self.links[f"store-{service}"].port
            settings["SOKHAN_STORE_URL"] = f"mongodb://127.0.0.1:{port}/sokhan?directConnection=true"
        if self.skew.get(service):
            # The monotonic clock is moved too, by a constant: with FAKETIME_DONT_FAKE_MONOTONIC every time.sleep fails.
            settings |= {
                "LD_PRELOAD": str(_FAKETIME),
                "FAKETIME": f"{self.skew[service]:+d}s",
                "FAKETIME_NO_CACHE": "1",
            }
        return settings

    def start(self, *names: str) -> None:
        for name in names:
            self.processes[name] = start_python(f"services.{name}", self.folder / f"{name}.log", self.settings(name))

    async def restart(self, name: str, after: float) -> None:
        await asyncio.sleep(after)
        self.start(name)

    def running(self) -> dict[str, int]:
        """The pids of the services."""
        return {name: process.popen.pid for name, process in self.processes.items() if process.popen.poll() is None}


@asynccontextmanager
async def running_stack(folder: Path, data: Path, *, mongo: bool) -> AsyncIterator[tuple[Stack, TestHub]]:
    """`data` may be on a file system of its own. `mongo`: the store is a MongoDB-speaking server, else SQLite."""
    await asyncio.to_thread(_link, folder, data)
    nats = Nats(folder / "nats", guarded=True)
    nats.start()
    with running_hub(folder / "hub") as hub:
        environment = {
            "SOKHAN_AUTH": "accounts",
            "SOKHAN_REGISTRATION": "open",
            "SOKHAN_TOKEN": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978",
            "SOKHAN_TRAINING_SLOTS": "2",
            "SOKHAN_LOG_LEVEL": "warning",
        }
        stack = Stack(folder, nats, environment=environment)
        stack.links = {name: Proxy(name, free_port(), nats.port) for name in SERVICES}
        stack.links["client"] = Proxy("client", free_port(), stack.port)
        stack.links["hub"] = Proxy("hub", free_port(), hub.port)
        if mongo:
            stack.mongo = MongoServer(folder)
            await asyncio.to_thread(stack.mongo.start)
            store = {f"store-{name}": Proxy(f"store-{name}", free_port(), stack.mongo.port) for name in SERVICES}
            stack.links |= store
        try:
            for link in stack.links.values():
                await link.start()
            stack.start(*SERVICES)
            await asyncio.to_thread(stack.wait_ready, SERVICES)
            yield stack, hub
        finally:
            for link in stack.links.values():
                await link.close()
            await asyncio.to_thread(stack.stop)
            if stack.mongo is not None:
                stack.mongo.kill()
            nats.kill()


def clock_can_be_moved() -> bool:
    return _FAKETIME.exists()


def children_of(pids: set[int]) -> dict[int, str]:
    """The command lines of the processes whose parent is one of these."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent in pids:
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            except OSError:  # it has ended
                continue
    return found


def open_files(pid: int) -> int:
    """The number of file descriptors of a process; 0 if it has ended."""
    try:
        return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
    except OSError:
        return 0


def _link(folder: Path, data: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "data").symlink_to(data)

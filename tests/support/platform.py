"""The whole platform as processes, driven over HTTP and WebSocket like any client would."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import httpx2
from websockets.sync.client import ClientConnection, connect

from shared.trust import NOBODY
from tests.support.processes import ROOT, Nats, Process, free_port, start_python, wait_until
from tests.support.toy.recipe import TOY_PATH

SERVICES = ("gateway", "downloader", "scanner", "trainer", "synth")
LEASE_S = 3.0


@dataclass
class Platform:
    folder: Path
    nats: Nats
    port: int = field(default_factory=free_port)
    environment: Mapping[str, str] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def with_token(self) -> bool:
        """Of everyone in the mode `token`, of probes in the mode `accounts`."""
        return self.environment.get("SOKHAN_AUTH") in {"token", "accounts"}

    def settings(self, service: str = "gateway") -> dict[str, str]:
        return {
            **self.nats.environment(service),
            "SOKHAN_DATA": str(self.data),
            "SOKHAN_PORT": str(self.port),
            "SOKHAN_LEASE_SECONDS": str(LEASE_S),
            "SOKHAN_SHUTDOWN_SECONDS": "10",
            "HF_ENDPOINT": "http://127.0.0.1:9",
            # Test repositories are in no catalog, and tests share an owner. What is strict has tests of its own.
            "SOKHAN_UNLISTED_DOWNLOADS": "true",
            "SOKHAN_DOWNLOADS_PER_USER": "0",
            "SOKHAN_BUNDLED_VOICES": "false",
            "PYTHONPATH": os.pathsep.join((str(TOY_PATH), str(ROOT))),
            **self.environment,
        }

    def start(self, *names: str) -> None:
        for name in names:
            self.processes[name] = start_python(f"services.{name}", self.folder / f"{name}.log", self.settings(name))

    def kill(self, name: str) -> None:
        self.processes[name].kill()

    def wait_ready(self, names: Sequence[str], limit: float = 60) -> None:
        wanted = {"store", "bus", *names}
        headers = {"Authorization": f"Bearer {self.environment['SOKHAN_TOKEN']}"} if self.with_token else {}

        def ready() -> bool:
            try:
                answer = httpx2.get(f"{self.url}/health", headers=headers, timeout=3, trust_env=False, verify=NOBODY)
                parts = answer.json()["data"]["parts"]
            except (httpx2.HTTPError, ValueError, KeyError):
                return False
            return all(parts[name]["state"] == "ok" for name in wanted)

        wait_until(ready, limit, f"{', '.join(names)} ready; logs in {self.folder}")

    def client(self) -> httpx2.Client:
        return httpx2.Client(base_url=self.url, timeout=30, trust_env=False, verify=NOBODY)

    def get(self, path: str) -> dict[str, object]:
        with self.client() as client:
            data = client.get(path).json()["data"]
        assert isinstance(data, dict)
        return data

    def wait_job(self, path: str, limit: float = 60) -> dict[str, object]:
        """The job once it has ended, however that was."""
        found: dict[str, object] = {}

        def ended() -> bool:
            try:
                found.update(self.get(path))
            except (httpx2.HTTPError, KeyError, ValueError):
                return False
            return found.get("state") in {"completed", "failed", "cancelled"}

        wait_until(ended, limit, f"{path} ended; last seen {found}")
        return found

    @contextmanager
    def socket(self, *topics: str) -> Iterator[Listener]:
        with connect(f"ws://127.0.0.1:{self.port}/ws", proxy=None) as connection:
            connection.send(json.dumps({"op": "subscribe", "topics": list(topics)}))
            yield Listener(connection)

    def stop(self) -> None:
        for process in self.processes.values():
            if process.popen.poll() is None:
                process.wake()
                process.popen.terminate()
        deadline = time.monotonic() + 20
        for process in self.processes.values():
            try:
                process.popen.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()


@dataclass
class Listener:
    connection: ClientConnection

    def next(self, limit: float = 10) -> dict[str, object]:
        content = json.loads(self.connection.recv(timeout=limit))
        assert isinstance(content, dict)
        return content

    def events(self, limit: float = 60) -> Iterator[dict[str, object]]:
        """Events until the final one."""
        deadline = time.monotonic() + limit
        while True:
            message = self.next(max(0.1, deadline - time.monotonic()))
            if "type" in message:
                yield message
                if message.get("final"):
                    return


@contextmanager
def platform(
    folder: Path, names: Sequence[str] = SERVICES, environment: Mapping[str, str] | None = None
) -> Iterator[Platform]:
    with started(Platform, folder, names, environment or {}) as built:
        yield built


P = TypeVar("P", bound=Platform)


@contextmanager
def started(kind: type[P], folder: Path, names: Sequence[str], environment: Mapping[str, str]) -> Iterator[P]:
    """A platform of this kind on a NATS of its own, with these services ready."""
    folder.mkdir(parents=True, exist_ok=True)
    nats = Nats(folder / "nats", guarded=True)
    nats.start()
    built = kind(folder, nats, environment=environment)
    try:
        built.start(*names)
        if names:
            built.wait_ready(names)
        yield built
    finally:
        built.stop()
        nats.kill()

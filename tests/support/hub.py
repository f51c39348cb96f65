"""Starts the Hub double and puts repositories on it."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from tests.support.processes import free_port, start_python, wait_until


@dataclass
class TestHub:
    __test__ = False

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, repo: str, files: dict[str, bytes], kind: str = "models") -> None:
        for name, content in files.items():
            path = self.folder / kind / repo / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    def fault(self, path: str, fault: str, times: int = 1) -> None:
        httpx2.post(f"{self.url}/_faults", json={"path": path, "fault": fault, "times": times}, trust_env=False)

    def requests(self) -> list[dict[str, str]]:
        seen: list[dict[str, str]] = httpx2.get(f"{self.url}/_requests", trust_env=False).json()
        return seen


@contextmanager
def running_hub(folder: Path) -> Iterator[TestHub]:
    hub = TestHub(folder / "repos", _two_free_ports())
    hub.folder.mkdir(parents=True)
    command = {"HUB_FOLDER": str(hub.folder), "HUB_PORT": str(hub.port)}
    process = start_python("tests.doubles.hub", folder / "hub.log", {**os.environ, **command})
    try:
        wait_until(lambda: _listens(hub.port) and _listens(hub.port + 1), 20, "the hub listens")
        yield hub
    finally:
        process.kill()


def _two_free_ports() -> int:
    while True:
        port = free_port()
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0

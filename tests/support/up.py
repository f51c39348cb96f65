"""`sokhan up` as a user starts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2

from shared.trust import NOBODY
from tests.support.processes import ROOT, free_port, wait_until

SERVICES = ("gateway", "downloader", "scanner", "trainer", "synth")


@dataclass
class Up:
    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return (self.folder / "up.out").read_text(errors="replace")

    def errors(self) -> str:
        """The errors in the logs of the services."""
        logs = (self.folder / "data" / "logs").glob("*.log*")
        found = (line for log in sorted(logs) for line in log.read_text(errors="replace").splitlines())
        return "\n".join(line for line in found if '"level": "error"' in line)

    def pids(self) -> dict[str, int]:
        state = json.loads((self.folder / "data" / "run" / "up.json").read_text())
        return {name: pid for name, pid in state["parts"].items() if pid}

    def ready(self) -> bool:
        try:
            report = httpx2.get(f"{self.url}/health", timeout=3, trust_env=False, verify=NOBODY).json()
        except (httpx2.HTTPError, ValueError):
            return False
        return bool(report["data"]["status"] == "ok")

    def environment(self) -> dict[str, str]:
        return environment(self.folder, self.port)


def environment(folder: Path, port: int, hub: str = "http://127.0.0.1:9") -> dict[str, str]:
    own = {"SOKHAN_DATA": str(folder / "data"), "SOKHAN_PORT": str(port), "SOKHAN_LEASE_SECONDS": "3"}
    return {**os.environ, **own, "PYTHONPATH": str(ROOT), "HF_ENDPOINT": hub}


def alive(pid: int) -> bool:
    """Whether it runs; a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


@contextmanager
def running_up(folder: Path, hub: str = "http://127.0.0.1:9", more: Mapping[str, str] | None = None) -> Iterator[Up]:
    port = free_port()
    with (folder / "up.out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "up"],
            cwd=folder,
            env={**environment(folder, port, hub), **(more or {})},
            stdout=out,
            stderr=out,
        )
    up = Up(folder, port, process)
    try:
        wait_until(up.ready, 60, f"sokhan up is ready; it said: {up.output}")
        yield up
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)

"""Provides a platform for the demo: a running one, or a new one started with `sokhan up`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
from rich.console import Console

from cli.errors import CliError
from cli.ports import free_port
from cli.running import running_url
from cli.settings import CliSettings
from cli.up import SERVICES
from shared.trust import authorities

_START_S = 90.0
_STOP_S = 40.0
# A killed part restarts within seconds, and its job is recovered within one lease (20 s).
_PATIENCE_S = 60.0


@contextmanager
def running(console: Console) -> Iterator[CliSettings]:
    settings = CliSettings(patience=_PATIENCE_S)
    # Only the platform of this data folder or of SOKHAN_URL: the demo must not install voices anywhere else.
    url = running_url(_data()) or settings.url
    if url:
        settings = settings.model_copy(update={"url": url})
        console.print(f"Using the running platform at {settings.base}", highlight=False)
        _wait(None, settings.base)
        yield settings
        return
    port = free_port(settings.host, settings.port)
    if port != settings.port:
        settings = settings.model_copy(update={"port": port})
        console.print(f"Another program uses the default port; using {settings.port}.", highlight=False)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "cli.main", "up"], env={**os.environ, "SOKHAN_PORT": str(settings.port)}
    )
    try:
        _wait(process, settings.base)
        yield settings
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_S)
        if process.poll() is None:
            process.kill()


def _wait(process: subprocess.Popen[bytes] | None, base: str) -> None:
    deadline = time.monotonic() + _START_S
    while not _ready(base):
        if process is not None and process.poll() is not None:
            raise CliError("The platform could not be started.", hint="See the lines above.")
        if time.monotonic() > deadline:
            logs = _data() / "logs"
            raise CliError(f"The platform was not ready within {_START_S:.0f} s.", hint=f"See the logs in {logs}.")
        time.sleep(0.2)


def _data() -> Path:
    return Path(os.environ.get("SOKHAN_DATA", "data")).absolute()


def _ready(base: str) -> bool:
    try:
        answer = httpx2.get(f"{base}/health", timeout=3.0, trust_env=False, verify=authorities(base))
        parts = answer.json()["data"]["parts"]
    except (httpx2.HTTPError, ValueError, KeyError, TypeError):
        return False
    return all(parts.get(name, {}).get("state") == "ok" for name in SERVICES)

"""The stores that the contract suite runs against: a fresh, empty one for each test."""

from __future__ import annotations

import importlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.store import Store, open_store
from tests.support.processes import ROOT

START_S = 20.0
"""For a process of ours to import its libraries on a busy machine."""


@dataclass(frozen=True, slots=True)
class Backend:
    system: str
    url: str

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Store]:
        store = await open_store(self.url)
        try:
            yield store
        finally:
            await store.close()


def start(module: str, *arguments: str) -> subprocess.Popen[str]:
    """One of our modules as a process that ends when its stdin does, so that none outlives the test run."""
    return subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@contextmanager
def mongo_server(scratch: Path) -> Iterator[str]:
    """A URL without a database: the one in the environment, else a container, else the double."""
    if url := os.environ.get("SOKHAN_TEST_MONGO_URL"):
        yield url.rstrip("/")
        return
    container = _container()
    if container is not None:
        with container as running:
            yield running.get_connection_url().rstrip("/")
        return
    port_file = scratch / "port"
    with start("tests.doubles.mongod", "--port-file", str(port_file)) as process:
        try:
            yield f"mongodb://127.0.0.1:{_port(port_file, process)}"
        finally:
            process.kill()


def _container() -> Any:
    """A testcontainers MongoDB, or None where that package or a Docker engine is missing."""
    try:
        docker = importlib.import_module("docker")
        containers = importlib.import_module("testcontainers.mongodb")
        docker.from_env(timeout=5).ping()
    except ImportError:
        return None
    except docker.errors.DockerException:
        return None
    return containers.MongoDbContainer("mongo:8")


def _port(port_file: Path, process: subprocess.Popen[str]) -> int:
    deadline = time.monotonic() + START_S
    while not port_file.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the MongoDB double did not start")
        time.sleep(0.01)
    return int(port_file.read_text())

"""docker-compose.yml on a real engine, under a project of its own; what cannot be had skips the test.

Images that cannot be pulled are replaced by the stand-ins beside this file; the base image cannot be.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import yaml

from tests.support.processes import free_port, wait_until

ROOT = Path(__file__).parents[2]
BASE_IMAGE = "python:3.11-slim"
# A pull through a slow line; a registry that cannot be reached fails within seconds.
_PULL_S = 300
# With torch, some minutes on a slow line.
BUILD_S = 1200


def docker(*arguments: str, limit: float = 60) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, timeout=limit, check=False)


def have_image(name: str) -> bool:
    if docker("image", "inspect", name).returncode == 0:
        return True
    try:
        return docker("pull", "--quiet", name, limit=_PULL_S).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def builds() -> bool:
    """Whether BuildKit is part of the command (until version 22) or its component buildx is installed."""
    version = docker("version", "--format", "{{.Client.Version}}").stdout
    return int(version.partition(".")[0] or 0) < 23 or docker("buildx", "version").returncode == 0


def compose_command() -> list[str]:
    if docker("compose", "version").returncode == 0:
        return ["docker", "compose"]
    if shutil.which("docker-compose"):
        return ["docker-compose"]
    pytest.skip("neither `docker compose` nor docker-compose is installed")


@dataclass
class Stack:
    command: list[str]
    files: list[str]
    project: str = field(default_factory=lambda: f"sokhantest{secrets.token_hex(3)}")
    port: int = field(default_factory=free_port)
    version: str = "0.1.0"

    @property
    def token(self) -> str:
        return (ROOT / "deploy/secrets/token").read_text().strip()

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DOCKER_BUILDKIT": "1",
            "COMPOSE_DOCKER_CLI_BUILD": "1",
            "COMPOSE_PROJECT_NAME": self.project,
            "SOKHAN_HOST": "127.0.0.1",
            "SOKHAN_PORT": str(self.port),
            "SOKHAN_VERSION": self.version,
        }

    def compose(self, *arguments: str, limit: float = 120) -> str:
        done = subprocess.run(
            [*self.command, *self.files, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=limit,
            check=False,
        )
        assert done.returncode == 0, f"compose {' '.join(arguments)}\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
        return done.stdout

    def container(self, service: str) -> str:
        return self.compose("ps", "-q", service).strip()

    def health(self) -> dict[str, dict[str, str]]:
        try:
            with self.client() as client:
                found: dict[str, dict[str, str]] = client.get("/health", timeout=5).json()["data"]["parts"]
        except (httpx2.HTTPError, ValueError, KeyError):
            return {}
        return found

    def wait_ready(self, *parts: str, limit: float = 90) -> None:
        def ready() -> bool:
            found = self.health()
            return all(found.get(part, {}).get("state") == "ok" for part in parts)

        wait_until(ready, limit, f"{', '.join(parts)} ready")

    def client(self) -> httpx2.Client:
        return httpx2.Client(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=60,
            trust_env=False,
        )


def require_engine() -> None:
    """Skips the test where nothing can be built."""
    if shutil.which("docker") is None:
        pytest.skip("there is no docker command")
    if docker("info").returncode != 0:
        pytest.skip("there is no Docker engine to talk to")
    if not have_image(BASE_IMAGE):
        pytest.skip(f"{BASE_IMAGE} is not here and cannot be pulled")
    if not builds():
        pytest.skip("the docker command cannot build: its buildx component is missing")


@contextmanager
def running_stack(services: Sequence[str]) -> Iterator[Stack]:
    """These services of ours and what they need, built and ready; taken down with its volumes."""
    require_engine()
    command = compose_command()
    theirs = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    real = all(have_image(theirs[name]["image"]) for name in ("nats", "mongo"))
    chosen = ["-f", "docker-compose.yml", *([] if real else ["-f", "tests/docker/stand-ins.yml"])]
    subprocess.run(["sh", "deploy/make-secrets.sh"], cwd=ROOT, check=True, capture_output=True, timeout=30)
    running = Stack(command, chosen)
    try:
        running.compose("build", *services, *([] if real else ["nats", "mongo"]), limit=BUILD_S)
        running.compose("up", "--detach", *services, limit=300)
        try:
            running.wait_ready("store", "bus", *services)
        except AssertionError as late:
            raise AssertionError(running.compose("logs", "--tail", "8", *services)) from late
        yield running
    finally:
        running.compose("--profile", "observability", "down", "--volumes", "--timeout", "30", limit=180)

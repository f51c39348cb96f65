"""The light half of docker-compose.yml on a real engine: built, started, used from outside, stopped.

Images that cannot be pulled are replaced by the stand-ins beside this file; the base image cannot be.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
import yaml

from tests.support.ljspeech import files, zipped
from tests.support.processes import free_port, wait_until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1800)]

ROOT = Path(__file__).parents[2]
BASE_IMAGE = "python:3.11-slim"
SERVICES = ("gateway", "downloader", "scanner")
# A pull through a slow line; a registry that cannot be reached fails within seconds.
_PULL_S = 300
_BUILD_S = 1200


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


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    if shutil.which("docker") is None:
        pytest.skip("there is no docker command")
    if docker("info").returncode != 0:
        pytest.skip("there is no Docker engine to talk to")
    if not have_image(BASE_IMAGE):
        pytest.skip(f"{BASE_IMAGE} is not here and cannot be pulled")
    if not builds():
        pytest.skip("the docker command cannot build: its buildx component is missing")
    command = compose_command()
    theirs = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    real = all(have_image(theirs[name]["image"]) for name in ("nats", "mongo"))
    chosen = ["-f", "docker-compose.yml", *([] if real else ["-f", "tests/docker/stand-ins.yml"])]
    subprocess.run(["sh", "deploy/make-secrets.sh"], cwd=ROOT, check=True, capture_output=True, timeout=30)
    running = Stack(command, chosen)
    try:
        running.compose("build", *SERVICES, *([] if real else ["nats", "mongo"]), limit=_BUILD_S)
        running.compose("up", "--detach", *SERVICES, limit=300)
        try:
            running.wait_ready("store", "bus", *SERVICES)
        except AssertionError as late:
            raise AssertionError(running.compose("logs", "--tail", "8", *SERVICES)) from late
        yield running
    finally:
        running.compose("down", "--volumes", "--timeout", "30", limit=180)


def test_a_stranger_is_refused_and_the_owner_is_not(stack: Stack) -> None:
    with stack.client() as client:
        assert client.get("/api/assets", headers={"Authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/api/assets").status_code == 200


def test_a_dataset_goes_through_gateway_and_scanner_over_the_shared_volume(stack: Stack) -> None:
    with stack.client() as client:
        answer = client.post("/api/datasets", data={"name": "voice"}, files={"file": ("v.zip", zipped(files()))})
        assert answer.status_code == 201, answer.text
        assert answer.json()["data"]["details"]["items"] == 4
        assert client.get("/api/datasets/local/voice").json()["data"]["status"] == "ready"


def test_every_container_says_that_it_is_healthy(stack: Stack) -> None:
    for service in SERVICES:
        container = stack.container(service)

        def healthy(container: str = container) -> bool:
            return docker("inspect", "-f", "{{.State.Health.Status}}", container).stdout.strip() == "healthy"

        wait_until(healthy, 60, f"{service} healthy")


def test_a_service_is_a_nobody_on_a_read_only_disk(stack: Stack) -> None:
    for service in SERVICES:
        container = stack.container(service)
        assert docker("exec", container, "id", "-u").stdout.strip() == "10001"
        assert docker("exec", container, "touch", "/srv/file").returncode != 0
        assert "CapEff:\t0000000000000000" in docker("exec", container, "cat", "/proc/1/status").stdout


def test_the_light_images_carry_no_torch(stack: Stack) -> None:
    for service in SERVICES:
        found = docker("exec", stack.container(service), "python", "-c", "import torch")
        assert "No module named 'torch'" in found.stderr


def test_the_platform_goes_on_after_nats_was_killed(stack: Stack) -> None:
    docker("kill", stack.container("nats"))
    wait_until(lambda: stack.health().get("bus", {}).get("state") == "down", 30, "the bus is seen to be down")
    stack.compose("up", "--detach", "nats")
    stack.wait_ready("store", "bus", *SERVICES)


def test_every_service_ends_by_itself_on_sigterm(stack: Stack) -> None:
    containers = [stack.container(service) for service in SERVICES]
    stack.compose("stop", *SERVICES)
    for container in containers:
        assert docker("inspect", "-f", "{{.State.ExitCode}}", container).stdout.strip() == "0"


def test_no_secret_is_in_an_image_or_in_the_description_of_a_container(stack: Stack) -> None:
    found = {path.read_text().strip() for path in (ROOT / "deploy/secrets").iterdir()} - {""}
    assert len(found) > 10
    for service in SERVICES:
        image = f"sokhan-{service}"
        described = docker("inspect", stack.container(service)).stdout + docker("image", "inspect", image).stdout
        described += docker("history", "--no-trunc", image).stdout
        assert not [secret for secret in found if secret in described]
        assert not _in_layers(image, [secret.encode() for secret in found])


def _in_layers(image: str, secrets: list[bytes]) -> bool:
    """Whether any layer of the image contains one of these."""
    longest = max(map(len, secrets))
    with subprocess.Popen(["docker", "save", image], stdout=subprocess.PIPE) as saving:
        assert saving.stdout is not None
        tail = b""
        while piece := saving.stdout.read(1 << 24):
            if any(secret in tail + piece for secret in secrets):
                saving.kill()
                return True
            tail = piece[-longest:]
    return False

"""The light half of docker-compose.yml on a real engine: built, started, used from outside, stopped."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator

import pytest

from tests.docker.engine import ROOT, Stack, docker, running_stack
from tests.support.ljspeech import files, zipped
from tests.support.processes import wait_until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(1800)]

SERVICES = ("gateway", "downloader", "scanner")
# What slim.py took parts of, each as the gateway uses it.
_HEAVY = """
import os, subprocess, sys
from pathlib import Path
from services.gateway.analysis.panels import Panel, Picture, PlotLine
line = PlotLine(label="صدا", steps=(1, 2, 3), values=(3.0, 2.0, 0.1))
picture = Picture(panels=(Panel(title="loss", lines=(line,), log=True),)).model_dump_json().encode()
drawn = subprocess.run([sys.executable, "-m", "services.gateway.analysis.plot"], input=picture, capture_output=True,
                       env={**os.environ, "MPLCONFIGDIR": "/tmp/matplotlib"}, check=True)
assert drawn.stdout.startswith(b"\\x89PNG"); print("png")
from shared.audio.libav import Muxer, Pipe
for name in ("mp3", "opus", "aac", "flac"):
    muxer = Muxer(Pipe(), name, 22050)
    assert muxer.push(bytes(44100)) + muxer.finish(); print(name)
import pyarrow, pyarrow.parquet, soundfile
from shared.text.columnar import read_columnar
pyarrow.parquet.write_table(pyarrow.table({"text": ["سلام"]}), "/tmp/rows.parquet")
assert len(list(read_columnar(Path("/tmp/rows.parquet")))) == 1; print("parquet")
from shared.audio.recordings import measure
soundfile.write("/tmp/tone.wav", [0.0] * 22050, 22050)
assert measure(Path("/tmp/tone.wav")).seconds == 1.0; print("wav")
from shared.persian.frontend import Frontend
assert Frontend().phonemes("سلام"); print("phonemes")
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running_stack(SERVICES) as running:
        yield running


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


def test_an_image_says_what_is_in_it(stack: Stack) -> None:
    for service in SERVICES:
        labels = json.loads(docker("image", "inspect", "-f", "{{json .Config.Labels}}", f"sokhan-{service}").stdout)
        assert labels["org.opencontainers.image.title"] == f"Sokhan {service}"
        assert labels["org.opencontainers.image.version"] == stack.version
        packages = json.loads(docker("exec", stack.container(service), "cat", "/opt/sokhan/sbom.json").stdout)
        assert packages["metadata"]["component"]["name"] == f"sokhan-{service}"
        assert "pydantic" in {package["name"] for package in packages["components"]}


def test_no_image_has_pip_or_a_compiler(stack: Stack) -> None:
    for service in SERVICES:
        container = stack.container(service)
        assert "No module named pip" in docker("exec", container, "python", "-m", "pip", "list").stderr
        assert not docker("exec", container, "sh", "-c", "command -v cc gcc clang").stdout


def test_the_slim_gateway_draws_encodes_and_reads(stack: Stack) -> None:
    done = subprocess.run(
        ["docker", "exec", "-i", stack.container("gateway"), "python", "-"],
        input=_HEAVY, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["png", "mp3", "opus", "aac", "flac", "parquet", "wav", "phonemes"]


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

"""All five services in containers: speech, a killed trainer, an upgrade in the middle of a run."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from cli.demo.dataset import write_archive
from tests.docker.engine import BUILD_S, Stack, docker, require_engine, running_stack
from tests.support.processes import wait_until

pytestmark = [pytest.mark.docker, pytest.mark.timeout(2400)]

SERVICES = ("gateway", "downloader", "scanner", "trainer", "synth")
OBSERVABILITY = ("prometheus", "alertmanager")
_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
_STEPS = 60
_CONFIG = {
    "preset": "tiny", "max_steps": _STEPS, "batch_size": 4, "evaluate_every": 20, "checkpoint_every": 5,
    "quality_utterances": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    require_engine()
    index = os.environ.get("SOKHAN_TORCH_INDEX_URL", _CPU_INDEX) or "https://pypi.org/simple"
    try:
        httpx2.get(f"{index}/torch/", timeout=20).raise_for_status()
    except httpx2.HTTPError as error:
        pytest.skip(f"torch cannot be had from {index}: {error}")
    archive = tmp_path_factory.mktemp("data") / "voice.zip"
    write_archive(archive)
    with running_stack(SERVICES) as running:
        with running.client() as client:
            answer = client.post("/api/datasets", data={"name": "voice"}, files={"file": _file(archive)})
        assert answer.status_code == 201, answer.text
        yield running


def _file(path: Path) -> tuple[str, bytes]:
    return path.name, path.read_bytes()


def start(stack: Stack, name: str) -> str:
    body = {"recipe": "vits", "datasets": ["local/voice"], "name": name, "config": _CONFIG}
    with stack.client() as client:
        answer = client.post("/api/training", json=body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["data"]["id"])


def run(stack: Stack, job: str) -> dict[str, object]:
    """Empty while the gateway is replaced."""
    try:
        with stack.client() as client:
            found: dict[str, object] = client.get(f"/api/training/{job}").json()["data"]
    except (httpx2.HTTPError, ValueError, KeyError):
        return {}
    return found


def wait_for_step(stack: Stack, job: str, step: int) -> None:
    wait_until(lambda: int(str(run(stack, job).get("step") or 0)) >= step, 180, f"step {step}")


def check_ends(stack: Stack, job: str) -> None:
    """The run ends with every step once, although another process went on with it."""
    wait_until(lambda: run(stack, job).get("state") in {"completed", "failed"}, 300, f"the end: {run(stack, job)}")
    ended = run(stack, job)
    assert (ended["state"], ended["step"], ended["attempt"]) == ("completed", _STEPS, 2), ended
    with stack.client() as client:
        points = client.get(f"/api/training/{job}/metrics").json()["data"]["points"]
    assert [point["step"] for point in points] == list(range(1, _STEPS + 1))


def test_a_sentence_is_spoken(stack: Stack) -> None:
    with stack.client() as client:
        for form in ("mp3", "opus", "wav"):
            body = {"model": "sokhan", "voice": "espeak-fa", "input": "سلام دنیا", "response_format": form}
            answer = client.post("/v1/audio/speech", json=body)
            assert answer.status_code == 200, answer.text
            assert len(answer.content) > 1000


def test_the_synth_cannot_change_a_voice(stack: Stack) -> None:
    synth = stack.container("synth")
    refused = docker("exec", synth, "touch", "/data/models/voice")
    assert "Read-only file system" in refused.stderr
    for folder in ("audio", "run/locks"):
        assert docker("exec", synth, "touch", f"/data/{folder}/file").returncode == 0
    assert docker("exec", stack.container("trainer"), "touch", "/data/models/voice").returncode == 0


def test_services_that_read_foreign_files_have_no_way_out(stack: Stack) -> None:
    code = "import socket; socket.create_connection(('1.1.1.1', 53), 3)"
    for service in ("scanner", "trainer", "synth"):
        tried = docker("exec", stack.container(service), "python", "-c", code)
        assert re.search("Network is unreachable|timed out", tried.stderr), service


def test_prometheus_finds_every_service_and_alertmanager(stack: Stack) -> None:
    stack.compose("--profile", "observability", "up", "--detach", "--build", *OBSERVABILITY, limit=BUILD_S)

    def asked(path: str) -> Any:
        url = f"http://prometheus:9090/api/v1/{path}"
        code = f"from urllib.request import urlopen; print(urlopen({url!r}).read().decode())"
        return json.loads(docker("exec", stack.container("gateway"), "python", "-c", code).stdout or "{}").get(
            "data", {}
        )

    def up() -> set[str]:
        targets = asked("targets").get("activeTargets", [])
        return {target["labels"]["job"] for target in targets if target["health"] == "up"}

    wait_until(lambda: up() == set(SERVICES), 90, "every service is scraped")
    assert len(asked("rules")["groups"]) > 1
    wait_until(lambda: ":9093/" in str(asked("alertmanagers")), 60, "alerts have a way to Alertmanager")


def test_a_killed_trainer_comes_back_and_its_run_goes_on(stack: Stack) -> None:
    job = start(stack, "killed")
    wait_for_step(stack, job, 10)
    trainer = stack.container("trainer")
    # Every process of the container but the first, which then ends by itself.
    docker("exec", trainer, "sh", "-c", "kill -9 -1")
    wait_until(lambda: docker("inspect", "-f", "{{.RestartCount}}", trainer).stdout.strip() == "1", 60, "a restart")
    check_ends(stack, job)


def test_a_run_goes_on_in_the_next_version(stack: Stack) -> None:
    job = start(stack, "upgraded")
    wait_for_step(stack, job, 10)
    before = {service: stack.container(service) for service in SERVICES}
    stack.version = "0.1.1"
    stack.compose("build", *SERVICES, limit=BUILD_S)
    stack.compose("up", "--detach", *SERVICES, limit=300)
    stack.wait_ready("store", "bus", *SERVICES)
    for service, container in before.items():
        assert stack.container(service) != container
        label = '{{index .Config.Labels "org.opencontainers.image.version"}}'
        assert docker("inspect", "-f", label, stack.container(service)).stdout.strip() == "0.1.1"
    check_ends(stack, job)

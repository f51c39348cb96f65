"""Alerts fire for what they are about, and resolve after it: real services, a real Prometheus, real faults.

All fire in promtool's engine too (tests/prometheus); the memory of a GPU only there.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nats
import pytest

from tests.integration.alerts.alerting import LIMIT_S, Alerting
from tests.integration.alerts.hastened import AHEAD_S, hastened_rules
from tests.support.hub import running_hub
from tests.support.platform import SERVICES, Platform, platform
from tests.support.processes import ROOT, Nats, free_port, throttled, wait_until
from tests.support.prometheus import need_prometheus, prometheus
from tests.support.tls import tls_server

pytestmark = [pytest.mark.siege, pytest.mark.timeout(600), pytest.mark.xdist_group("alerts")]
_DISK_MB, _MB = 300, 1024 * 1024
_SENTENCE = "در این شهر قدیمی مردم هر روز صبح زود به بازار بزرگ می‌روند و میوه و سبزی تازه می‌خرند."


@pytest.fixture(scope="module")
def alerting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alerting]:
    need_prometheus()
    folder = tmp_path_factory.mktemp("alerts")
    ports = {name: free_port() for name in SERVICES}
    with running_hub(folder / "hub") as hub, tls_server(folder) as tls, _disk(folder / "sokhan" / "data"):
        environment = {"HF_ENDPOINT": hub.url, "SOKHAN_PUBLIC_URL": f"https://127.0.0.1:{tls}"}
        first = {**environment, "SOKHAN_OPS_PORT": str(ports["gateway"])}
        with (
            platform(folder / "sokhan", names=("gateway",), environment=first) as built,
            prometheus(folder / "prometheus", ports, hastened_rules()) as url,
        ):
            stack = Alerting(built, url, ports, environment)
            for name in SERVICES[1:]:
                stack.start(name)
            built.wait_ready(SERVICES)
            with built.client() as client:
                lines = b'{"text": "salam"}\n' * 30
                client.post(
                    "/api/datasets", files={"file": ("t.jsonl", lines)}, data={"name": "texts"}
                ).raise_for_status()
            yield stack


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """A small file system at this place, if one can be mounted."""
    folder.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MB}m", "tmpfs", str(folder)]
    mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    try:
        yield
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=False)


def test_nothing_fires_but_the_watchdog_and_the_certificate(alerting: Alerting) -> None:
    """The certificate has expired; nothing else is wrong."""
    expected = {"SokhanWatchdog", "SokhanCertificateExpires"}
    wait_until(lambda: alerting.firing() == expected, LIMIT_S, f"after the start only {expected} fire")


def test_a_dead_worker_and_its_queue(alerting: Alerting) -> None:
    built = alerting.built
    for name in ("trainer", "downloader"):
        built.kill(name)
    config = {"max_steps": 100_000, "batch_size": 2, "step_seconds": 0.05}
    with built.client() as client:
        run = client.post("/api/training", json={"recipe": "toy", "datasets": ["local/texts"], "config": config})
        run.raise_for_status()
        client.post("/api/sources/download", json={"modelId": "ns/absent"}).raise_for_status()
    alerting.wait_for("SokhanTargetDown", "SokhanPartDown", "SokhanQueueOld", "SokhanTrainingQueueOld")
    for name in ("trainer", "downloader"):
        alerting.start(name)
    built.wait_ready(SERVICES)
    alerting.wait_without("SokhanTargetDown", "SokhanPartDown", "SokhanQueueOld", "SokhanTrainingQueueOld")


def test_a_worker_that_dies_again_and_again(alerting: Alerting) -> None:
    """The run of the test before goes on in the next trainer each time."""
    built = alerting.built
    for _ in range(4):
        wait_until(lambda: _running(built), 30, "a run is under way")
        built.kill("trainer")
        alerting.start("trainer")
        built.wait_ready(("trainer",))
        time.sleep(2)  # a scrape of the new process
    alerting.wait_for("SokhanRestarts")
    with built.client() as client:
        for job in client.get("/api/training?state=running").json()["data"]:
            client.delete(f"/api/training/{job['id']}").raise_for_status()
    alerting.wait_without("SokhanRestarts")


def _running(built: Platform) -> bool:
    with built.client() as client:
        return bool(client.get("/api/training?state=running").json()["data"])


def test_jobs_that_fail(alerting: Alerting) -> None:
    with alerting.built.client() as client:
        for number in range(5):
            client.post("/api/sources/download", json={"modelId": f"ns/absent-{number}"}).raise_for_status()
    alerting.wait_for("SokhanJobsFailing")
    alerting.wait_without("SokhanJobsFailing")


def test_errors_of_the_server(alerting: Alerting) -> None:
    alerting.built.kill("synth")
    with alerting.built.client() as client:
        for _ in range(40):
            assert client.post("/v1/audio/speech", json={"input": "سلام"}).status_code == 503
            time.sleep(0.1)
    alerting.wait_for("SokhanHttpErrors")
    alerting.start("synth")
    alerting.built.wait_ready(SERVICES)
    alerting.wait_without("SokhanHttpErrors", "SokhanPartDown", "SokhanTargetDown")


def test_a_service_that_stands_still(alerting: Alerting) -> None:
    for _ in range(3):
        alerting.built.processes["scanner"].freeze()
        time.sleep(2)
        alerting.built.processes["scanner"].wake()
        time.sleep(0.5)
    alerting.wait_for("SokhanEventLoopSlow")
    alerting.wait_without("SokhanEventLoopSlow")


def test_a_bus_that_is_down_and_comes_back_empty(alerting: Alerting) -> None:
    nats_server = alerting.built.nats
    nats_server.kill()
    alerting.wait_for("SokhanBusDown")
    nats_server.wipe()
    nats_server.start()
    alerting.wait_for("SokhanStreamsLost")
    alerting.wait_without("SokhanBusDown", "SokhanStreamsLost")


async def test_a_message_that_cannot_be_read(alerting: Alerting) -> None:
    connection = await nats.connect(alerting.built.nats.url)
    await connection.jetstream().publish("cmd.download.start", b"not json")
    await connection.close()
    await asyncio.to_thread(alerting.wait_for, "SokhanDeadLetters")
    await asyncio.to_thread(alerting.wait_without, "SokhanDeadLetters")


def test_a_disk_that_fills(alerting: Alerting) -> None:
    if not alerting.built.data.is_mount():
        pytest.skip("no file system of its own can be mounted here")
    filler = alerting.built.data / "filler"
    filler.write_bytes(bytes(int(_DISK_MB * 0.985) * _MB - _used(alerting.built.data)))
    alerting.wait_for("SokhanDiskLow", "SokhanDiskFull")
    filler.unlink()
    alerting.wait_without("SokhanDiskLow", "SokhanDiskFull")


def test_a_disk_that_fills_at_a_steady_rate(alerting: Alerting) -> None:
    """A tenth of the disk is free at no time, so nothing but the trend says what will happen."""
    data = alerting.built.data
    if not data.is_mount():
        pytest.skip("no file system of its own can be mounted here")
    filler = data / "filler"
    half = int(_DISK_MB * 0.55) * _MB - _used(data)
    # The free bytes of a day with the first alert, in the time that the hastened one looks ahead.
    rate = 2 * (_DISK_MB // 2) * _MB // AHEAD_S
    with filler.open("wb", buffering=0) as out:
        out.write(bytes(half))
        alerting.wait_without("SokhanDiskFullTomorrow")
        for _ in range(25):
            out.write(bytes(rate))
            time.sleep(1)
            if "SokhanDiskFullTomorrow" in alerting.firing():
                break
    alerting.wait_for("SokhanDiskFullTomorrow")
    assert "SokhanDiskLow" not in alerting.firing()
    alerting.wait_without("SokhanDiskFullTomorrow")  # the disk is as full as before, and fills no more
    filler.unlink()


def test_a_service_of_another_version(alerting: Alerting, tmp_path: Path) -> None:
    """As after an upgrade that has stopped half way: a scanner that finds another distribution of Sokhan installed."""
    built = alerting.built
    other = tmp_path / "sokhan-0.0.1.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: sokhan\nVersion: 0.0.1\n")
    built.processes["scanner"].terminate()
    alerting.start("scanner", {"PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT)))})
    built.wait_ready(SERVICES)
    alerting.wait_for("SokhanVersionsDiffer")
    built.processes["scanner"].terminate()
    alerting.start("scanner")
    built.wait_ready(SERVICES)
    alerting.wait_without("SokhanVersionsDiffer", "SokhanPartDown", "SokhanTargetDown")


def test_a_synth_without_processor_time(alerting: Alerting) -> None:
    built = alerting.built
    with built.client() as client, throttled(built.processes["synth"], run_s=0.05, stop_s=1.5):
        for number in range(4):
            said = client.post("/v1/audio/speech", json={"input": f"{number} {_SENTENCE}", "voice": "espeak-fa"})
            assert said.status_code == 200, said.text
    alerting.wait_for("SokhanFirstAudioSlow")
    built.wait_ready(SERVICES)
    alerting.wait_without("SokhanFirstAudioSlow", "SokhanEventLoopSlow", "SokhanPartDown", "SokhanTargetDown")


def _used(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_a_store_that_does_not_answer(tmp_path: Path) -> None:
    need_prometheus()
    port = free_port()
    environment = {"SOKHAN_STORE_URL": "mongodb://127.0.0.1:9/sokhan", "SOKHAN_OPS_PORT": str(port)}
    with prometheus(tmp_path / "prometheus", {"gateway": port}, hastened_rules()) as url:
        server = Nats(tmp_path / "nats", guarded=True)
        server.start()
        built = Platform(tmp_path, server, environment=environment)
        try:
            built.start("gateway")
            Alerting(built, url, {}, {}).wait_for("SokhanStoreDown", "SokhanStoreFailing")
        finally:
            built.stop()
            server.kill()

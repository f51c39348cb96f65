"""What `/metrics` says after real work: every figure of docs/metrics.md that this work concerns."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families

from shared.trust import NOBODY
from tests.support.collector import collector
from tests.support.hub import TestHub, running_hub
from tests.support.platform import Platform, platform
from tests.support.processes import free_port, wait_until

pytestmark = pytest.mark.siege
WORKERS = ("downloader", "scanner", "trainer", "synth")
Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        found.put("ns/model", {"weights.bin": bytes(300_000)})
        yield found


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[tuple[Platform, dict[str, int]]]:
    """A platform whose services each have an operations port that is known, after a job of each kind."""
    ports = {name: free_port() for name in WORKERS}
    folder = tmp_path_factory.mktemp("watched")
    with collector() as (endpoint, _):
        environment = {"HF_ENDPOINT": hub.url, "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
        with platform(folder, names=("gateway",), environment=environment) as built:
            for name, port in ports.items():
                built.environment = {**environment, "SOKHAN_OPS_PORT": str(port)}
                built.start(name)
            built.environment = environment
            built.wait_ready(WORKERS)
            _work(built)
            yield built, ports


def _work(built: Platform) -> None:
    with built.client() as client:
        download = client.post("/api/sources/download", json={"modelId": "ns/model"}).json()["data"]
        lines = b'{"text": "salam"}\n' * 30
        client.post("/api/datasets", files={"file": ("texts.jsonl", lines)}, data={"name": "texts"}).raise_for_status()
        wait_until(lambda: client.get("/api/datasets").json()["data"] != [], 30, "the data set is there")
        config = {"max_steps": 3, "batch_size": 2, "checkpoint_every": 3, "step_seconds": 0.01}
        body = {"recipe": "toy", "datasets": ["local/texts"], "config": config}
        training = client.post("/api/training", json=body).json()["data"]
        for _ in range(2):
            said = client.post("/v1/audio/speech", json={"input": "سلام دنیا", "voice": "espeak-fa"})
            assert said.status_code == 200, said.text
    for path in (f"/api/sources/download/{download['id']}", f"/api/training/{training['id']}"):
        assert built.wait_job(path)["state"] == "completed"


def scraped(url: str) -> Samples:
    answer = httpx2.get(f"{url}/metrics", trust_env=False, verify=NOBODY)
    assert answer.headers["content-type"].startswith("text/plain")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, tuple(sorted(labels.items()))))


def test_each_worker_says_what_it_has_done(watched: tuple[Platform, dict[str, int]]) -> None:
    ports = watched[1]
    seen = {name: scraped(f"http://127.0.0.1:{port}") for name, port in ports.items()}
    for name, kind in (("downloader", "download"), ("trainer", "training"), ("scanner", "scan")):
        finished = value(seen[name], "sokhan_jobs_finished_total", kind=kind, state="completed")
        assert (finished or 0) >= 1, name
        assert value(seen[name], "sokhan_jobs_finished_total", kind=kind, state="failed") == 0, (
            "before the first failure"
        )
        assert value(seen[name], "sokhan_job_lease_losses_total", kind=kind) == 0
        assert value(seen[name], "sokhan_dead_letters_total", subject=f"cmd.{kind}.start") in {0, None}
    servers = [series for series in seen["downloader"] if series[0] == "sokhan_download_bytes_total"]
    assert sum(seen["downloader"][server] for server in servers) >= 300_000
    assert value(seen["downloader"], "sokhan_disk_reserved_bytes") == 0
    assert value(seen["trainer"], "sokhan_training_steps_total", recipe="toy") == 3
    assert value(seen["trainer"], "sokhan_training_checkpoints_total", recipe="toy") == 1
    assert (value(seen["synth"], "sokhan_speech_audio_seconds_total", engine="espeak") or 0) > 0.5
    assert value(seen["synth"], "sokhan_speech_cache_lookups_total", result="hit") == 1
    assert value(seen["synth"], "sokhan_speech_cache_lookups_total", result="miss") == 1
    assert value(seen["synth"], "sokhan_speech_first_audio_duration_seconds_count") == 2
    assert value(seen["synth"], "sokhan_voices_loaded") == 1
    for samples in seen.values():
        assert value(samples, "sokhan_bus_connected") == 1
        assert (value(samples, "sokhan_event_loop_lag_seconds_count") or 0) > 0
        assert (value(samples, "sokhan_store_operation_duration_seconds_count", operation="find") or 0) > 0
        assert not [name for name, _ in samples if name.endswith("_created")]


def test_the_gateway_speaks_for_the_installation(watched: tuple[Platform, dict[str, int]]) -> None:
    built, _ = watched
    wait_until(lambda: value(scraped(built.url), "sokhan_part_up", part="trainer") == 1, 20, "the parts are measured")
    kinds = ("download", "training", "scan", "speech")

    def jobs() -> set[float | None]:
        samples = scraped(built.url)
        states = ("queued", "running", "paused")
        return {value(samples, "sokhan_jobs", kind=kind, state=state) for kind in kinds for state in states}

    wait_until(lambda: jobs() == {0}, 20, "they are measured again after the last job")
    samples = scraped(built.url)
    for kind in kinds:
        assert value(samples, "sokhan_job_queue_age_seconds", kind=kind) == 0
    assert 0 < (value(samples, "sokhan_disk_free_bytes") or 0) < (value(samples, "sokhan_disk_bytes") or 0)
    route = {"method": "POST", "route": "/v1/audio/speech"}
    assert value(samples, "sokhan_http_request_duration_seconds_count", **route) == 2
    assert value(samples, "sokhan_http_stream_duration_seconds_count", **route) == 2
    assert value(samples, "sokhan_http_stream_duration_seconds_count", method="GET", route="/api/datasets") is None


def test_openmetrics_has_exemplars_that_name_traces(watched: tuple[Platform, dict[str, int]]) -> None:
    _, ports = watched
    accept = {"Accept": "application/openmetrics-text; version=1.0.0"}
    answer = httpx2.get(f"http://127.0.0.1:{ports['synth']}/metrics", headers=accept, trust_env=False, verify=NOBODY)
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    exemplars = [
        sample.exemplar.labels["trace_id"]
        for family in openmetrics(answer.text)  # type: ignore[no-untyped-call]
        for sample in family.samples
        if sample.exemplar is not None
    ]
    assert exemplars
    assert all(len(trace) == 32 for trace in exemplars)


def test_health_names_every_process_the_queues_and_the_last_problem(watched: tuple[Platform, dict[str, int]]) -> None:
    built, _ = watched
    first = built.processes["scanner"]
    built.start("scanner")
    wait_until(lambda: len(_part(built, "scanner")["instances"]) == 2, 30, "both scanners answer")
    part = _part(built, "scanner")
    ids = {str(instance["id"]) for instance in part["instances"]}
    assert len(ids) == 2
    assert any(name.endswith(f":{first.popen.pid}") for name in ids)
    first.popen.terminate()
    first.popen.wait(20)
    wait_until(lambda: len(_part(built, "scanner")["instances"]) == 1, 30, "one is left")
    built.processes["synth"].freeze()
    try:
        wait_until(lambda: _part(built, "synth")["state"] == "down", 20, "a process that does not answer is down")
    finally:
        built.processes["synth"].wake()
    wait_until(lambda: _part(built, "synth")["state"] == "ok", 20, "it is back")
    assert "did not answer" in _part(built, "synth")["lastProblem"]["problem"]
    with built.client() as client:
        report = client.get("/health").json()["data"]
    assert report["queues"]["training"] == {"queued": 0, "running": 0, "paused": 0, "age": 0.0}, json.dumps(report)


def _part(built: Platform, name: str) -> dict[str, Any]:
    with built.client() as client:
        part: dict[str, Any] = client.get("/health").json()["data"]["parts"][name]
    return part


def test_without_the_bus_the_workers_are_unknown(tmp_path: Path) -> None:
    with platform(tmp_path, names=("gateway", "scanner")) as built:
        built.nats.kill()
        wait_until(lambda: _part(built, "bus")["state"] == "down", 20, "the bus is down")
        assert _part(built, "scanner")["state"] == "unknown"
        assert _part(built, "store")["state"] == "ok"

"""One trace joins the HTTP request, the command, the worker and its store calls, as an OTLP collector receives it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

from tests.support.collector import collector
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until

Span = tuple[str, str, str]  # service, trace id, name


def spans_of(bodies: Sequence[bytes], *, roots: bool = False) -> list[Span]:
    """All spans, or with `roots` those without a parent."""
    return [
        (service_of(resource), span.trace_id.hex(), span.name)
        for body in bodies
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
        if not (roots and span.parent_span_id)
    ]


def service_of(resource: ResourceSpans) -> str:
    return str(next(a.value.string_value for a in resource.resource.attributes if a.key == "service.name"))


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TRACED = {"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01", "X-Request-Id": "asked-by-sara"}


@contextmanager
def traced(folder: Path, *names: str) -> Iterator[tuple[Platform, list[bytes]]]:
    with (
        collector() as (endpoint, bodies),
        platform(folder, names=names, environment={"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}) as built,
    ):
        yield built, bodies


def named(bodies: Sequence[bytes], trace: str = TRACE) -> set[tuple[str, str]]:
    return {(service, name) for service, found, name in spans_of(bodies) if found == trace}


def test_a_download_can_be_followed_through_every_part(tmp_path: Path) -> None:
    with traced(tmp_path, "gateway", "downloader") as (built, bodies):
        with built.client() as client:
            job = client.post("/api/sources/download", json={"modelId": "a/b"}, headers=TRACED).json()["data"]
            client.get(f"/api/sources/download/{job['id']}").raise_for_status()
        wait_until(lambda: built.get(f"/api/sources/download/{job['id']}")["attempt"] != 0, 20, "it was claimed")
        built.stop()
        expected = {
            ("sokhan-gateway", "POST /api/sources/download"),
            ("sokhan-gateway", "store.insert"),
            ("sokhan-downloader", "job download"),
            ("sokhan-downloader", "store.update"),
        }
        wait_until(lambda: expected <= named(bodies), 20, f"spans arrive: {expected}")
        claimed = [line for line in built.processes["downloader"].lines() if line.get("event") == "job_claimed"]
        accepted = [line for line in built.processes["gateway"].lines() if line.get("event") == "job_accepted"]
        for line in (claimed[0], accepted[0]):
            assert (line["trace_id"], line["job_id"], line["request_id"]) == (TRACE, job["id"], "asked-by-sara")
        every = spans_of(bodies)
        assert not [name for _, _, name in every if job["id"] in name], "an id in a name"
        assert [name for _, _, name in every if name == "GET /api/sources/download/{job}"]
        roots = Counter(name for _, _, name in spans_of(bodies, roots=True))
        assert not [name for name in roots if name.startswith(("store.", "rpc."))], f"polling makes no traces: {roots}"


def test_a_run_and_a_sentence_are_one_trace_each(tmp_path: Path) -> None:
    with traced(tmp_path, "gateway", "trainer", "synth", "scanner") as (built, bodies):
        with built.client() as client:
            lines = b'{"text": "salam"}\n' * 30
            made = client.post("/api/datasets", files={"file": ("t.jsonl", lines)}, data={"name": "texts"})
            made.raise_for_status()
            wait_until(lambda: client.get("/api/datasets").json()["data"] != [], 30, "the data set is there")
            config = {"max_steps": 2, "batch_size": 2, "checkpoint_every": 2, "step_seconds": 0.01}
            body = {"recipe": "toy", "datasets": ["local/texts"], "config": config}
            run = client.post("/api/training", json=body, headers=TRACED).json()["data"]
            other = TRACE[::-1]
            said = client.post(
                "/v1/audio/speech",
                json={"input": "سلام", "voice": "espeak-fa"},
                headers={"traceparent": f"00-{other}-00f067aa0ba902b7-01"},
            )
            assert said.status_code == 200
        assert built.wait_job(f"/api/training/{run['id']}")["state"] == "completed"
        built.stop()
        of_run = {
            ("sokhan-gateway", "POST /api/training"),
            ("sokhan-trainer", "rpc.trainer.check"),
            ("sokhan-trainer", "job training"),
            ("sokhan-trainer", "store.append_many"),
        }
        wait_until(lambda: of_run <= named(bodies), 20, f"spans of the run: {of_run}")
        of_sentence = {
            ("sokhan-gateway", "POST /v1/audio/speech"),
            ("sokhan-synth", "rpc.synth.speak"),
            ("sokhan-synth", "synthesise"),
        }
        wait_until(lambda: of_sentence <= named(bodies, other), 20, f"spans of the sentence: {of_sentence}")


def test_metrics_count_requests_jobs_and_messages(tmp_path: Path) -> None:
    with platform(tmp_path, names=("gateway",)) as built, built.client() as client:
        job = client.post("/api/sources/download", json={"modelId": "a/b"}).json()["data"]
        client.get("/api/sources/download/unknown-1")
        client.get("/api/sources/download/unknown-2")
        text = client.get("/metrics").text
        assert 'sokhan_http_requests_total{method="GET",route="/api/sources/download/{job}",status="404"} 2.0' in text
        assert 'sokhan_jobs_accepted_total{kind="download"} 1.0' in text
        assert 'outcome="published"' in text
        assert "sokhan_bus_connected 1.0" in text
        assert job["state"] == "queued"

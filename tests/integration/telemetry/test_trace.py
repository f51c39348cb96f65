"""One trace joins the HTTP request, the command, the worker and its store calls, as an OTLP collector receives it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans

from tests.support.collector import collector
from tests.support.platform import platform
from tests.support.processes import wait_until

Span = tuple[str, str, str]  # service, trace id, name


def spans_of(bodies: Sequence[bytes]) -> list[Span]:
    return [
        (service_of(resource), span.trace_id.hex(), span.name)
        for body in bodies
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


def service_of(resource: ResourceSpans) -> str:
    return str(next(a.value.string_value for a in resource.resource.attributes if a.key == "service.name"))


def test_a_request_can_be_followed_through_every_part(tmp_path: Path) -> None:
    with collector() as (endpoint, bodies):
        environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
        with platform(tmp_path, names=("gateway", "downloader"), environment=environment) as built:
            with built.client() as client:
                trace = "4bf92f3577b34da6a3ce929d0e0e4736"
                job = client.post(
                    "/api/sources/download",
                    json={"modelId": "a/b"},
                    headers={"traceparent": f"00-{trace}-00f067aa0ba902b7-01"},
                ).json()["data"]
            wait_until(lambda: built.get(f"/api/sources/download/{job['id']}")["attempt"] != 0, 20, "it was claimed")
        wait_until(
            lambda: any(s == "sokhan-downloader" and t == trace for s, t, _ in spans_of(bodies)), 20, "spans arrive"
        )
        mine = {(service, name) for service, found, name in spans_of(bodies) if found == trace}
        assert ("sokhan-gateway", "POST /api/sources/download") in mine
        assert ("sokhan-gateway", "store.insert") in mine
        assert ("sokhan-downloader", "job download") in mine
        assert ("sokhan-downloader", "store.update") in mine
        logged = [line for line in built.processes["downloader"].lines() if line.get("event") == "job_claimed"]
        assert logged[0]["trace_id"] == trace
        assert logged[0]["job_id"] == job["id"]


def test_metrics_count_requests_jobs_and_messages(tmp_path: Path) -> None:
    with platform(tmp_path, names=("gateway", "downloader")) as built, built.client() as client:
        job = client.post("/api/sources/download", json={"modelId": "a/b"}).json()["data"]
        client.get("/api/sources/download/unknown-1")
        client.get("/api/sources/download/unknown-2")
        text = client.get("/metrics").text
        assert 'sokhan_http_requests_total{method="GET",route="/api/sources/download/{job}",status="404"} 2.0' in text
        assert 'sokhan_jobs_accepted_total{kind="download"} 1.0' in text
        assert 'outcome="published"' in text
        assert "sokhan_bus_connected 1.0" in text
        assert job["state"] == "queued"

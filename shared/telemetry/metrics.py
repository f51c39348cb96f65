"""Prometheus metrics by the RED method (rate, errors, duration) for HTTP, jobs and the bus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

_JOB_SECONDS = (0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600, float("inf"))
_WAIT_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10, 60, 600, 3600, float("inf"))


class Metrics:
    """The metrics of a process, created by the composition root."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        Gauge("sokhan_service_info", "Which service this is.", ["service"], registry=self.registry).labels(service).set(
            1
        )
        self.http_requests = Counter(
            "sokhan_http_requests_total", "Requests answered.", ["method", "route", "status"], registry=self.registry
        )
        self.http_seconds = Histogram(
            "sokhan_http_request_seconds", "Time to the last byte.", ["method", "route"], registry=self.registry
        )
        self.connections_refused = Counter(
            "sokhan_http_connections_refused_total",
            "Connections refused, or ended because the client is late.",
            ["reason"],
            registry=self.registry,
        )
        self.requests_refused = Counter(
            "sokhan_http_requests_refused_total",
            "Requests refused before their route: head, token, origin, rate.",
            ["code"],
            registry=self.registry,
        )
        self.sockets = Gauge(
            "sokhan_live_subscribers", "Open /ws and SSE streams.", ["protocol"], registry=self.registry
        )
        self.jobs_accepted = Counter("sokhan_jobs_accepted_total", "Jobs accepted.", ["kind"], registry=self.registry)
        self.jobs_received = Counter("sokhan_jobs_received_total", "Jobs claimed.", ["kind"], registry=self.registry)
        self.jobs_running = Gauge("sokhan_jobs_running", "Jobs running now.", ["kind"], registry=self.registry)
        self.jobs_finished = Counter(
            "sokhan_jobs_finished_total", "Jobs that left this worker.", ["kind", "state"], registry=self.registry
        )
        self.job_seconds = Histogram(
            "sokhan_job_seconds", "Claim to release.", ["kind"], buckets=_JOB_SECONDS, registry=self.registry
        )
        self.job_wait_seconds = Histogram(
            "sokhan_job_queue_seconds", "Available to claimed.", ["kind"], buckets=_WAIT_SECONDS, registry=self.registry
        )
        self.queue_age = Gauge(
            "sokhan_job_queue_age_seconds", "Age of the oldest waiting job.", ["kind"], registry=self.registry
        )
        self.bus_messages = Counter(
            "sokhan_bus_messages_total",
            "Messages by subject and outcome.",
            ["subject", "outcome"],
            registry=self.registry,
        )
        self.bus_seconds = Histogram(
            "sokhan_bus_seconds", "Time of a publish or a request.", ["operation"], registry=self.registry
        )
        self.bus_up = Gauge("sokhan_bus_connected", "1 while NATS is connected.", registry=self.registry)

    def render(self) -> bytes:
        return generate_latest(self.registry)

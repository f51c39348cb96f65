"""Requests and connections of the HTTP servers."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.telemetry.metrics.exemplar import current_exemplar

_ANSWER_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, float("inf"))
# Speech, files and event streams: their length is what the client asked for.
_STREAM_S = (0.1, 0.5, 1, 5, 30, 120, 600, 3600, 6 * 3600, float("inf"))


class HttpMetrics:
    """`route`: the template, `/api/training/{run}`. A stream is an answer that is sent in several parts."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "sokhan_http_requests_total", "Requests answered.", ["method", "route", "status"], registry=registry
        )
        self._duration = Histogram(
            "sokhan_http_request_duration_seconds",
            "Time to the head of the answer.",
            ["method", "route"],
            buckets=_ANSWER_S,
            registry=registry,
        )
        self._streams = Histogram(
            "sokhan_http_stream_duration_seconds",
            "Time to the last byte of an answer in several parts.",
            ["method", "route"],
            buckets=_STREAM_S,
            registry=registry,
        )
        self._refused = Counter(
            "sokhan_http_requests_refused_total",
            "Requests refused before their route: head, token, origin, rate.",
            ["code"],
            registry=registry,
        )
        self._connections_refused = Counter(
            "sokhan_http_connections_refused_total",
            "Connections refused, or ended because the client is late.",
            ["reason"],
            registry=registry,
        )
        self.subscribers = Gauge(
            "sokhan_live_subscribers", "Open sockets and event streams.", ["protocol"], registry=registry
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """`seconds`: to the head of the answer."""
        self._requests.labels(method, route, str(status)).inc()
        self._duration.labels(method, route).observe(seconds, current_exemplar())

    def streamed(self, method: str, route: str, seconds: float) -> None:
        self._streams.labels(method, route).observe(seconds)

    def refused(self, code: str) -> None:
        self._refused.labels(code).inc()

    def connection_refused(self, reason: str) -> None:
        self._connections_refused.labels(reason).inc()

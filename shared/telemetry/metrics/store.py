"""Calls of the store, as this process sees them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, float("inf"))


class StoreMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._duration = Histogram(
            "sokhan_store_operation_duration_seconds",
            "Duration of a call of the store, also of one that fails.",
            ["operation"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._errors = Counter(
            "sokhan_store_errors_total", "Calls that failed because the store was unavailable.", registry=registry
        )

    def called(self, operation: str, seconds: float) -> None:
        self._duration.labels(operation).observe(seconds)

    def failed(self) -> None:
        self._errors.inc()

"""Prometheus metrics of data in a bucket, as one site sees it."""

from __future__ import annotations

from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge

Direction = Literal["published", "fetched", "removed"]


class ObjectMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._units = Counter(
            "sokhan_objects_units_total", "Units published, fetched, removed.", ["way"], registry=registry
        )
        self._failures = Counter(
            "sokhan_objects_failures_total", "Units that failed and are tried again.", registry=registry
        )
        self._waiting = Gauge(
            "sokhan_objects_waiting_units", "Units that the bucket does not have yet.", registry=registry
        )
        self._oldest = Gauge(
            "sokhan_objects_waiting_seconds", "How long the one that waits for longest has waited.", registry=registry
        )
        self._reachable = Gauge("sokhan_objects_reachable", "1 while the bucket answers, else 0.", registry=registry)
        for way in ("published", "fetched", "removed"):
            self._units.labels(way)

    def done(self, way: Direction) -> None:
        self._units.labels(way).inc()

    def failed(self) -> None:
        self._failures.inc()

    def reachable(self, *, yes: bool) -> None:
        self._reachable.set(1 if yes else 0)

    def waiting(self, units: int, oldest_s: float) -> None:
        self._waiting.set(units)
        self._oldest.set(oldest_s)

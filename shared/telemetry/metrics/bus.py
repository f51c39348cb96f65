"""Messages of the bus, as this process sees them."""

from __future__ import annotations

from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 10, float("inf"))

Outcome = Literal["published", "failed", "dropped"]


class BusMetrics:
    """`outcome`: `failed` for a stored message without an acknowledgement, `dropped` for another one without a bus."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._connected = Gauge("sokhan_bus_connected", "1 while NATS is connected.", registry=registry)
        self._messages = Counter(
            "sokhan_bus_messages_total",
            "Messages sent, by subject and outcome.",
            ["subject", "outcome"],
            registry=registry,
        )
        self._duration = Histogram(
            "sokhan_bus_operation_duration_seconds",
            "Duration of a request, or of a publication until its acknowledgement.",
            ["operation"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._streams_lost = Counter(
            "sokhan_bus_streams_lost_total",
            "Streams that the server had lost and that were created again.",
            registry=registry,
        )
        self._dead_letters = Counter(
            "sokhan_dead_letters_total", "Messages moved to the dead letters.", ["subject"], registry=registry
        )

    def connected(self, is_connected: bool) -> None:
        self._connected.set(is_connected)

    def sent(self, subject: str, outcome: Outcome) -> None:
        """`subject`: of a fixed set, without ids."""
        self._messages.labels(subject, outcome).inc()

    def took(self, operation: Literal["publish", "request"], seconds: float) -> None:
        self._duration.labels(operation).observe(seconds)

    def streams_created_again(self, count: int) -> None:
        self._streams_lost.inc(count)

    def listens_for(self, subject: str) -> None:
        """Create the series of dead letters, so that the first one is an increase."""
        self._dead_letters.labels(subject)

    def dead_letter_stored(self, subject: str) -> None:
        self._dead_letters.labels(subject).inc()

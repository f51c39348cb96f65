"""Prometheus metrics of transfers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from prometheus_client import CollectorRegistry, Counter, Gauge

# The Hub and its mirrors redirect to some ten hosts. A hostile mirror must not create a series for every answer.
_MOST_SERVERS = 32
_OTHERS = "others"

DelayCause = Literal["connection", "answer", "endpoint", "damage"]


class TransferMetrics:
    """`cause`: a broken connection, a refusing answer, an endpoint that is busy or out of reach, a wrong hash."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._bytes = Counter(
            "sokhan_download_bytes_total",
            "Bytes received, by their server.",
            ["server"],
            registry=registry,
        )
        self._delays = Counter(
            "sokhan_download_delays_total", "Requests that failed and are repeated.", ["cause"], registry=registry
        )
        self._reserved = Gauge(
            "sokhan_disk_reserved_bytes", "Bytes that running downloads have reserved.", registry=registry
        )
        self._servers: set[str] = set()
        for cause in ("connection", "answer", "endpoint", "damage"):
            self._delays.labels(cause)

    def received(self, server: str, count: int) -> None:
        if server not in self._servers:
            if len(self._servers) >= _MOST_SERVERS:
                server = _OTHERS
            else:
                self._servers.add(server)
        self._bytes.labels(server).inc(count)

    def delayed(self, cause: DelayCause) -> None:
        self._delays.labels(cause).inc()

    def watch_reserved(self, reserved: Callable[[], float]) -> None:
        """Read the reserved bytes at every scrape."""
        self._reserved.set_function(reserved)

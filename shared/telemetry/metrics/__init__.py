"""The Prometheus metrics of a process. docs/metrics.md lists them; `make docs` generates it from these modules.

One module for each concern, one class in it. Labels are bounded: a kind, a state, a route's template, a host. An id is
never a label.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, disable_created_metrics, exposition
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

from shared.telemetry.metrics.bus import BusMetrics
from shared.telemetry.metrics.http import HttpMetrics
from shared.telemetry.metrics.jobs import JobMetrics
from shared.telemetry.metrics.runtime import RuntimeMetrics
from shared.telemetry.metrics.store import StoreMetrics

# A series `…_created` for every series doubles their number, and nothing reads it.
disable_created_metrics()  # type: ignore[no-untyped-call] # the library types its classes only


class Metrics:
    """The metrics that every service has; built by the composition root. A service adds its own to `registry`."""

    def __init__(self, service: str) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self.runtime = RuntimeMetrics(self.registry, service)
        self.store = StoreMetrics(self.registry)
        self.bus = BusMetrics(self.registry)
        self.jobs = JobMetrics(self.registry)
        self.http = HttpMetrics(self.registry)

    def render(self, accept: str = "") -> tuple[bytes, str]:
        """The metrics and their content type: OpenMetrics, with exemplars, for a client that accepts it."""
        encode, content_type = exposition.choose_encoder(accept)
        return encode(self.registry), content_type


__all__ = ["BusMetrics", "HttpMetrics", "JobMetrics", "Metrics", "RuntimeMetrics", "StoreMetrics"]

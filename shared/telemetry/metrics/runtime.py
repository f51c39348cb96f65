"""The process itself: version, event loop, and the GPUs that it computes on."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Gauge, Histogram

from shared.contracts.system import GpuLoad
from shared.version import sokhan_version

# A busy loop answers a heartbeat late; from a second on, leases are in danger.
_LAG_S = (0.001, 0.005, 0.02, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, float("inf"))


class RuntimeMetrics:
    def __init__(self, registry: CollectorRegistry, service: str) -> None:
        self._build = Gauge(
            "sokhan_build_info", "1, for the version of this service.", ["service", "version"], registry=registry
        )
        self._build.labels(service, sokhan_version()).set(1)
        self._lag = Histogram(
            "sokhan_event_loop_lag_seconds",
            "By how much a timer of the event loop is late, measured twice a second.",
            buckets=_LAG_S,
            registry=registry,
        )
        self._gpu_memory_used = Gauge(
            "sokhan_gpu_memory_used_bytes", "GPU memory in use, by all programs.", ["gpu"], registry=registry
        )
        self._gpu_memory = Gauge("sokhan_gpu_memory_bytes", "GPU memory.", ["gpu"], registry=registry)
        self._gpu_utilization = Gauge(
            "sokhan_gpu_utilization_ratio",
            "Part of the last second in which the GPU computed.",
            ["gpu"],
            registry=registry,
        )
        self._gpu_temperature = Gauge(
            "sokhan_gpu_temperature_celsius", "Temperature of the GPU.", ["gpu"], registry=registry
        )

    def timer_was_late(self, seconds: float) -> None:
        self._lag.observe(max(0.0, seconds))

    def gpus_measured(self, gpus: Iterable[GpuLoad]) -> None:
        """Replace the figures of the GPUs; what a driver does not report has no series."""
        for gauge in (self._gpu_memory_used, self._gpu_memory, self._gpu_utilization, self._gpu_temperature):
            gauge.clear()
        for gpu in gpus:
            if gpu.memory_used is not None:
                self._gpu_memory_used.labels(gpu.id).set(gpu.memory_used)
            if gpu.memory_total is not None:
                self._gpu_memory.labels(gpu.id).set(gpu.memory_total)
            if gpu.utilization is not None:
                self._gpu_utilization.labels(gpu.id).set(gpu.utilization / 100)
            if gpu.temperature is not None:
                self._gpu_temperature.labels(gpu.id).set(gpu.temperature)

"""Exports what the store and the disk say of the whole installation: jobs, queues, parts, disk.

Every gateway exports the same figures, so a query takes their maximum, not their sum.
"""

from __future__ import annotations

import asyncio

from prometheus_client import CollectorRegistry, Gauge

from services.gateway.health.report import HealthReport
from services.gateway.health.service import HealthService
from services.gateway.system.disk import DiskUsage
from shared.telemetry import get_logger

_LOG = get_logger("system")
_EVERY_S = 10.0


class InstallationMetrics:
    """While the store is unavailable, the figures that come from it have no series."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.jobs = Gauge(
            "sokhan_jobs", "Jobs of the installation that have not ended.", ["kind", "state"], registry=registry
        )
        self.queue_age = Gauge(
            "sokhan_job_queue_age_seconds",
            "How long the oldest queued job could have been claimed; 0 for an empty queue.",
            ["kind"],
            registry=registry,
        )
        self.part_up = Gauge(
            "sokhan_part_up",
            "1 if the part answers, 0 if not; without the bus nothing is known of the workers.",
            ["part"],
            registry=registry,
        )
        self.disk = Gauge("sokhan_disk_bytes", "Size of the data folder's file system.", registry=registry)
        self.disk_free = Gauge("sokhan_disk_free_bytes", "Free bytes of that file system.", registry=registry)
        self.disk_used = Gauge(
            "sokhan_disk_used_bytes", "Bytes that Sokhan uses there.", ["content"], registry=registry
        )


class InstallationMonitor:
    def __init__(
        self,
        metrics: InstallationMetrics,
        health: HealthService,
        disk: DiskUsage,
    ) -> None:
        self._metrics = metrics
        self._health = health
        self._disk = disk

    async def run(self) -> None:
        """Measure every ten seconds, until it is cancelled."""
        while True:
            try:
                await self.measure()
            except Exception:  # a bug; the next measurement must run nevertheless
                _LOG.exception("installation_not_measured")
            await asyncio.sleep(_EVERY_S)

    async def measure(self) -> None:
        report = await self._health.report()
        self._show_queues(report)
        self._show_parts(report)
        disk = await self._disk.status()
        self._metrics.disk.set(disk.total)
        self._metrics.disk_free.set(disk.free)
        if disk.used is not None:
            for content, size in disk.used.model_dump().items():
                self._metrics.disk_used.labels(content).set(size)

    def _show_queues(self, report: HealthReport) -> None:
        self._metrics.jobs.clear()
        self._metrics.queue_age.clear()
        for kind, queue in (report.queues or {}).items():
            for state in ("queued", "running", "paused"):
                self._metrics.jobs.labels(kind, state).set(getattr(queue, state))
            self._metrics.queue_age.labels(kind).set(queue.age)

    def _show_parts(self, report: HealthReport) -> None:
        self._metrics.part_up.clear()
        for name, part in (report.parts or {}).items():
            if part.state != "unknown":
                self._metrics.part_up.labels(name).set(part.state != "down")

"""Jobs, as one process sees them. The gateway exports those of the installation: `sokhan_jobs`, the queue's age."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from shared.contracts.states import JobKind, JobState
from shared.telemetry.metrics.exemplar import current_exemplar

_ATTEMPT_S = (0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3600, 6 * 3600, 24 * 3600, float("inf"))
_WAIT_S = (0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2, 10, 60, 600, 3600, float("inf"))


class JobMetrics:
    def __init__(self, registry: CollectorRegistry) -> None:
        self._accepted = Counter("sokhan_jobs_accepted_total", "Jobs accepted.", ["kind"], registry=registry)
        self._claimed = Counter("sokhan_jobs_claimed_total", "Attempts begun.", ["kind"], registry=registry)
        self._running = Gauge("sokhan_jobs_running", "Attempts of this worker now.", ["kind"], registry=registry)
        self._finished = Counter(
            "sokhan_jobs_finished_total",
            "Attempts ended, by the state of the job after it (queued: retried, or handed back at a shutdown).",
            ["kind", "state"],
            registry=registry,
        )
        self._retries = Counter(
            "sokhan_job_retries_total", "Attempts that failed and are retried, by error code.", ["kind", "code"],
            registry=registry,
        )  # fmt: skip
        self._lease_losses = Counter(
            "sokhan_job_lease_losses_total",
            "Attempts whose lease was lost: another worker has the job.",
            ["kind"],
            registry=registry,
        )
        self._recovered = Counter(
            "sokhan_jobs_recovered_total", "Jobs taken from a worker without a heartbeat.", ["kind"], registry=registry
        )
        self._duration = Histogram(
            "sokhan_job_attempt_duration_seconds", "Claim to release.", ["kind"], buckets=_ATTEMPT_S, registry=registry
        )
        self._waited = Histogram(
            "sokhan_job_queue_duration_seconds", "Available to claimed.", ["kind"], buckets=_WAIT_S, registry=registry
        )

    def works_on(self, kind: JobKind) -> None:
        """Create the series of a worker's kind, so that the first failure is an increase and not a new series."""
        for counter in (self._claimed, self._lease_losses, self._recovered):
            counter.labels(kind)
        self._running.labels(kind)
        for state in JobState:
            if state is not JobState.RUNNING:
                self._finished.labels(kind, state.value)

    def accepted(self, kind: JobKind) -> None:
        self._accepted.labels(kind).inc()

    def claimed(self, kind: JobKind, waited: float) -> None:
        """`waited`: seconds between available and claimed."""
        self._claimed.labels(kind).inc()
        self._waited.labels(kind).observe(max(0.0, waited), current_exemplar())

    @contextmanager
    def running(self, kind: JobKind) -> Iterator[None]:
        with self._running.labels(kind).track_inprogress():
            yield

    def finished(self, kind: JobKind, state: JobState) -> None:
        self._finished.labels(kind, state.value).inc()

    def ended(self, kind: JobKind, seconds: float) -> None:
        self._duration.labels(kind).observe(seconds, current_exemplar())

    def retried(self, kind: JobKind, code: str) -> None:
        self._retries.labels(kind, code).inc()

    def lease_lost(self, kind: JobKind) -> None:
        self._lease_losses.labels(kind).inc()

    def recovered(self, kind: JobKind) -> None:
        self._recovered.labels(kind).inc()

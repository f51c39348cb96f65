"""Wires what submits jobs, and what does them, out of a service's parts."""

from __future__ import annotations

from shared.contracts.states import JobKind
from shared.jobs import (
    AdmissionPolicy,
    AttemptRunner,
    Handler,
    JobEvents,
    JobRepository,
    JobService,
    RetryPolicy,
    Sweeper,
    Worker,
    WorkerDependencies,
)
from shared.service.runtime import Service


def build_jobs(service: Service) -> JobService:
    repository = JobRepository(service.store, service.now, service.settings.lease_seconds)
    return JobService(repository, JobEvents(service.bus), service.bus, service.metrics, service.now, service.new_id)


def build_worker(
    service: Service,
    kind: JobKind,
    handler: Handler,
    *,
    slots: int,
    policy: RetryPolicy,
    admission: AdmissionPolicy | None = None,
) -> Worker:
    lease = service.settings.lease_seconds
    repository = JobRepository(service.store, service.now, lease)
    events = JobEvents(service.bus)
    parts = WorkerDependencies(
        bus=service.bus,
        repository=repository,
        events=events,
        run=AttemptRunner(repository, events, service.metrics, policy, lease_seconds=lease, rng=service.rng),
        sweeper=Sweeper(
            kind,
            repository,
            events,
            service.bus,
            service.metrics,
            now=service.now,
            lease_seconds=lease,
            failure_limit=policy.limit,
            rng=service.rng,
        ),
        metrics=service.metrics,
        now=service.now,
        lease_seconds=lease,
        shutdown_seconds=service.settings.shutdown_seconds,
    )
    return Worker(kind, handler, parts, name=service.worker, slots=slots, admission=admission)

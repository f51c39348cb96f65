"""Wires what submits jobs, and what does them, out of a service's parts."""

from __future__ import annotations

from shared.contracts.states import JobKind
from shared.jobs import Gate, Handler, JobEvents, JobRepository, Jobs, RetryPolicy, RunOne, Sweeper, Worker, WorkerParts
from shared.service.runtime import Service


def build_jobs(service: Service) -> Jobs:
    repository = JobRepository(service.store, service.now, service.settings.lease_seconds)
    return Jobs(repository, JobEvents(service.bus), service.bus, service.metrics, service.now, service.new_id)


def build_worker(
    service: Service, kind: JobKind, handler: Handler, *, slots: int, policy: RetryPolicy, gate: Gate | None = None
) -> Worker:
    lease = service.settings.lease_seconds
    repository = JobRepository(service.store, service.now, lease)
    events = JobEvents(service.bus)
    parts = WorkerParts(
        bus=service.bus,
        repository=repository,
        events=events,
        run=RunOne(repository, events, service.metrics, policy, lease_seconds=lease, chance=service.chance),
        sweeper=Sweeper(
            kind,
            repository,
            events,
            service.bus,
            service.metrics,
            now=service.now,
            lease_seconds=lease,
            failure_limit=policy.limit,
            chance=service.chance,
        ),
        metrics=service.metrics,
        now=service.now,
        lease_seconds=lease,
        shutdown_seconds=service.settings.shutdown_seconds,
    )
    return Worker(kind, handler, parts, name=service.worker, slots=slots, gate=gate)

"""Builds the job service and the workers from the parts of a service."""

from __future__ import annotations

from datetime import timedelta

from shared.config import Settings
from shared.contracts.jobs import JobType, P, R, S
from shared.jobs import (
    AdmissionPolicy,
    AttemptRunner,
    Handler,
    JobEvents,
    JobRepository,
    JobRetention,
    JobService,
    RetentionPolicy,
    RetryPolicy,
    Sweeper,
    Worker,
    WorkerDependencies,
)
from shared.service.runtime import Service


def build_jobs(service: Service) -> JobService:
    repository = JobRepository(service.store, service.now, service.settings.lease_seconds)
    return JobService(
        repository,
        JobEvents(service.bus),
        service.bus,
        service.metrics,
        service.now,
        service.new_id,
        per_owner=service.settings.jobs_per_owner,
    )


def build_worker(
    service: Service,
    job_type: JobType[S, P, R],
    handler: Handler[S, P, R],
    *,
    slots: int,
    policy: RetryPolicy,
    admission: AdmissionPolicy | None = None,
) -> Worker[S, P, R]:
    lease = service.settings.lease_seconds
    repository = JobRepository(service.store, service.now, lease)
    events = JobEvents(service.bus)
    parts = WorkerDependencies(
        bus=service.bus,
        repository=repository,
        events=events,
        run=AttemptRunner(repository, events, service.metrics, policy, lease_seconds=lease, rng=service.rng),
        sweeper=Sweeper(
            job_type,
            repository,
            events,
            service.bus,
            service.metrics,
            now=service.now,
            lease_seconds=lease,
            failure_limit=policy.limit,
            rng=service.rng,
            retention=JobRetention(job_type, repository, _retention(service.settings), service.now),
        ),
        metrics=service.metrics,
        now=service.now,
        lease_seconds=lease,
        shutdown_seconds=service.settings.shutdown_seconds,
    )
    return Worker(job_type, handler, parts, name=service.worker, slots=slots, admission=admission)


def _retention(settings: Settings) -> RetentionPolicy:
    return RetentionPolicy(
        age=timedelta(days=settings.keep_jobs_days),
        most=settings.keep_jobs,
        key_age=timedelta(days=settings.keep_idempotency_keys_days),
    )

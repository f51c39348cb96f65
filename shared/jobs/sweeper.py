"""Finds queued jobs without a notification and running jobs without a worker, from the store."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from datetime import timedelta

from shared.bus import Bus
from shared.contracts.errors import Unavailable, WorkerLost
from shared.contracts.jobs import Job, JobType
from shared.contracts.rpc import ErrorInfo
from shared.contracts.states import JobState
from shared.jobs.events import JobEvents
from shared.jobs.lease_watch import LeaseWatch
from shared.jobs.model import start_command
from shared.jobs.repository import Clock, JobRepository
from shared.jobs.retention import JobRetention
from shared.jobs.worker_identity import worker_has_died
from shared.telemetry import Metrics, get_logger

_LOG = get_logger("jobs")
_PRUNE_EVERY = timedelta(hours=1)


class Sweeper:
    """Sweeps every quarter of a lease. Several sweepers may run: a recovery is one atomic update, the stream drops a
    repeated command by its message id, and a job is claimed once."""

    def __init__(
        self,
        job_type: JobType,
        repository: JobRepository,
        events: JobEvents,
        bus: Bus,
        metrics: Metrics,
        *,
        now: Clock,
        lease_seconds: float,
        failure_limit: int,
        rng: random.Random,
        retention: JobRetention | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._job_type = job_type
        self._kind = job_type.kind
        self._repository = repository
        self._events = events
        self._bus = bus
        self._metrics = metrics
        self._now = now
        self._lease = lease_seconds
        self._limit = failure_limit
        self._rng = rng
        self._retention = retention
        self._prune_at = now()
        self._leases = LeaseWatch(lease_seconds, monotonic)

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await self.sweep()
                await self.prune()
            except Unavailable as error:
                _LOG.debug("sweep_skipped", reason=error.message)
            except Exception:
                _LOG.exception("sweep_failed")  # a bug; the next sweep must run nevertheless
            await asyncio.sleep(self._lease / 4 * (0.75 + self._rng.random() / 2))

    async def sweep(self) -> None:
        now = self._now()
        running = await self._repository.in_state(self._job_type, JobState.RUNNING)
        ended = self._leases.ended(running)
        for job in running:
            if job.id in ended:
                await self._recover(job, f"sent no heartbeat for {self._lease:g} s")
            elif worker_has_died(job.lease.worker):
                await self._recover(job, "has died")
        # A command that was not picked up within half a lease may be lost with its stream.
        waiting = await self._repository.waiting_since(self._job_type, now - timedelta(seconds=self._lease / 2))
        for job in waiting:
            await self._bus.publish_command(self._kind, start_command(job))

    async def prune(self) -> None:
        """Once an hour: apply the retention policy. Raises `Unavailable`."""
        now = self._now()
        if self._retention is not None and now >= self._prune_at:
            self._prune_at = now + _PRUNE_EVERY
            await self._retention.prune()

    async def _recover(self, job: Job, reason: str) -> None:
        lost = WorkerLost(
            f"The worker that had this job ({job.lease.worker}) {reason}.",
            hint="It was killed, ran out of memory or lost its store; its log says more.",
        )
        recovered = await self._repository.recover(job, limit=self._limit, lost=ErrorInfo.of(lost))
        if recovered is None:
            return
        self._metrics.jobs.recovered(self._kind)
        _LOG.warning("worker_lost", job_id=job.id, worker=job.lease.worker, attempt=job.attempt, state=recovered.state)
        await self._events.publish(recovered, "state")
        if recovered.state is JobState.QUEUED:
            await self._bus.publish_command(self._kind, start_command(recovered))

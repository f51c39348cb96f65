"""Claims jobs of one kind, runs at most `slots` of them at once, and requeues them at a shutdown."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from nats.aio.msg import Msg

from shared.bus import Bus, CommandConsumer, Delivery
from shared.contracts import subjects
from shared.contracts.errors import Unavailable
from shared.contracts.events import ControlSignal
from shared.contracts.jobs import Job, JobType, P, R, S
from shared.contracts.states import JobState
from shared.jobs.attempt_runner import AttemptRunner, MessageAcknowledger
from shared.jobs.context import Handler, JobContext
from shared.jobs.events import JobEvents
from shared.jobs.outcomes import Interrupt
from shared.jobs.repository import Clock, JobRepository
from shared.jobs.sweeper import Sweeper
from shared.tasks import unless, until_first
from shared.telemetry import Metrics, get_logger, log_context, remote_span

_LOG = get_logger("jobs")
T = TypeVar("T")
_STORE_AWAY_S = 1.0
# The wait after which a free slot looks for a queued job without a notification: one that another job's end or another
# worker has made admissible.
_POLL_INTERVAL_S = 1.0


class AdmissionPolicy(Protocol):
    """Chooses the queued job that may start now, for kinds whose order is not time.

    `next` reserves a place for its job until `release` is called: the job has ended, or was not claimable.
    """

    async def next(self) -> Job | None: ...

    def release(self, job_id: str) -> None: ...


class _StoredJobMessage:
    """A null message for a job that was claimed from the store: there is nothing to acknowledge."""

    async def ack(self) -> None: ...

    async def nak(self, delay: float = 0.0) -> None: ...

    async def in_progress(self) -> None: ...


@dataclass(frozen=True, slots=True)
class WorkerDependencies:
    """The dependencies of a worker, built by the composition root."""

    bus: Bus
    repository: JobRepository
    events: JobEvents
    run: AttemptRunner
    sweeper: Sweeper
    metrics: Metrics
    now: Clock
    lease_seconds: float
    shutdown_seconds: float


class Worker(Generic[S, P, R]):
    def __init__(
        self,
        job_type: JobType[S, P, R],
        handler: Handler[S, P, R],
        parts: WorkerDependencies,
        *,
        name: str,
        slots: int,
        admission: AdmissionPolicy | None = None,
    ) -> None:
        self._job_type = job_type
        self._kind = job_type.kind
        self._handler = handler
        self._parts = parts
        self._name = name
        self._slots = asyncio.Semaphore(slots)
        self._consumer = CommandConsumer(parts.bus, job_type.kind, ack_wait=parts.lease_seconds, now=parts.now)
        self._running: dict[str, JobContext[S, P, R]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._leaving = False
        self._admission = admission
        self._slot_freed = asyncio.Event()
        parts.metrics.jobs.works_on(self._kind)
        parts.metrics.bus.listens_for(subjects.command(self._kind))

    async def run(self, stop: asyncio.Event) -> None:
        """Run jobs until `stop` is set; then interrupt the running jobs at a safe point and requeue them."""
        if not await self._parts.bus.ready_before(stop):
            return
        await self._parts.bus.subscribe(subjects.controls(self._kind), self._on_control)
        sweeping = asyncio.create_task(self._parts.sweeper.run(stop), name=f"sweep {self._kind}")
        try:
            while not stop.is_set():
                await self._take(stop)
        finally:
            await self._leave()
            sweeping.cancel()
            await asyncio.gather(sweeping, return_exceptions=True)
            await self._consumer.close()

    async def _take(self, stop: asyncio.Event) -> None:
        """Wait for a free slot, then for one job."""
        if not await unless(stop, self._slots.acquire()):
            return
        work = await (
            self._next_notification(stop) if self._admission is None else self._next_admitted(self._admission, stop)
        )
        if work is None:
            self._slots.release()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def _next_notification(self, stop: asyncio.Event) -> Coroutine[None, None, None] | None:
        """The work of the next message."""
        delivery = await unless(stop, self._consumer.next())
        return None if delivery is None else self._handle(delivery)

    async def _next_admitted(
        self, admission: AdmissionPolicy, stop: asyncio.Event
    ) -> Coroutine[None, None, None] | None:
        """The coroutine for the job that the policy admits. The queue is in the store (ADR 13)."""
        try:
            job = await admission.next()
        except Unavailable as error:
            _LOG.warning("queue_not_read", reason=error.message)
            job = None
        if job is not None:
            return self._handle_chosen(admission, job)
        self._slot_freed.clear()
        await unless(stop, until_first(self._acknowledge_next(), self._slot_freed.wait()))
        return None

    async def _acknowledge_next(self) -> None:
        """Acknowledge one notification: it says only that the queue in the store may have changed (ADR 13)."""
        delivery = await self._consumer.next(_POLL_INTERVAL_S)
        if delivery is not None:
            await delivery.ack()

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()
        self._slot_freed.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("job_task_failed", exc_info=error)

    async def _handle(self, delivery: Delivery) -> None:
        job_id = delivery.command.job_id
        with log_context(job_id=job_id, owner=delivery.command.owner):
            try:
                job = await self._parts.repository.claim(self._job_type, job_id, self._name)
                if job is None:
                    await self._settle_unclaimed(delivery)
                    return
            except Unavailable as error:
                _LOG.warning("claim_failed", reason=error.message)
                await delivery.nak(_STORE_AWAY_S)
                return
            await self._work(job, delivery)

    async def _handle_chosen(self, admission: AdmissionPolicy, chosen: Job) -> None:
        with log_context(job_id=chosen.id, owner=chosen.owner):
            try:
                job = await self._parts.repository.claim(self._job_type, chosen.id, self._name)
                if job is not None:  # else another worker has claimed it
                    await self._work(job, _StoredJobMessage())
            except Unavailable as error:
                _LOG.warning("claim_failed", reason=error.message)
                await asyncio.sleep(_STORE_AWAY_S)
            finally:
                admission.release(chosen.id)

    async def _work(self, job: Job[S, P, R], delivery: MessageAcknowledger) -> None:
        """Run an attempt in the trace of the request that made the job, and log under that request's id."""
        origin = {"traceparent": job.trace_parent} if job.trace_parent else {}
        with (
            log_context(request_id=job.request_id),
            remote_span(f"job {self._kind}", origin, job_id=job.id, attempt=job.attempt),
        ):
            await self._attempt(job, delivery)

    async def _attempt(self, job: Job[S, P, R], delivery: MessageAcknowledger) -> None:
        parts = self._parts
        waited = (parts.now() - job.available_at).total_seconds()
        parts.metrics.jobs.claimed(self._kind, waited)
        _LOG.info("job_claimed", attempt=job.attempt, waited=round(waited, 4))
        await parts.events.publish(job, "state")
        context = JobContext(job, parts.repository, parts.events)
        context.apply_control()
        if self._leaving:
            context.request_interrupt(Interrupt.SHUTDOWN)
        self._running[job.id] = context
        with parts.metrics.jobs.running(self._kind):
            try:
                await parts.run(context, self._handler, delivery)
            finally:
                del self._running[job.id]

    async def _settle_unclaimed(self, delivery: Delivery) -> None:
        """Settle the message of a job that was not claimable, by the job's state."""
        job = await self._parts.repository.get(self._job_type, delivery.command.job_id)
        if job is not None and job.state is JobState.QUEUED:
            # Queued for later, after a failure.
            await delivery.nak(max(0.05, (job.available_at - self._parts.now()).total_seconds()))
            return
        if job is not None and job.state is JobState.RUNNING:
            # Another worker runs it. If that one is dead, the sweeper finds the lease and publishes a new command.
            _LOG.info("duplicate_command", state=job.state)
        await delivery.ack()

    async def _on_control(self, message: Msg) -> None:
        context = self._running.get(ControlSignal.model_validate_json(message.data).job_id)
        if context is not None:
            context.control_changed.set()

    async def _leave(self) -> None:
        self._leaving = True  # also for a job whose claim is in progress
        for context in self._running.values():
            context.request_interrupt(Interrupt.SHUTDOWN)
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=self._parts.shutdown_seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

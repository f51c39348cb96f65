"""Runs one attempt of a job: heartbeat, progress writes, and the write of the outcome."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from shared.contracts.errors import Internal, NoSpace, SokhanError, Unavailable
from shared.contracts.jobs import Job, P, R, S
from shared.contracts.rpc import ErrorInfo
from shared.contracts.states import Control, JobState
from shared.files.disk import disk_is_full
from shared.jobs.context import Handler, JobContext
from shared.jobs.events import JobEvents
from shared.jobs.outcomes import Fail, Interrupt, Interrupted, LeaseLost, Pause, Retry, decisive_error
from shared.jobs.policy import RetryPolicy
from shared.jobs.repository import JobRepository
from shared.tasks import wait_set
from shared.telemetry import Metrics, get_logger

_LOG = get_logger("jobs")
_FLUSH_S = 0.5  # two progress writes a second: a person sees no more, and the store carries no more load
_SAVE_TRIES_S = (0.2, 0.5, 1, 2, 4, 8, 8, 8)  # a finished job survives a store outage of half a minute
# After a cancel the handler's task is cancelled: its work is discarded anyway. A pause or a stop has no limit, because
# the handler may need minutes to write a checkpoint.
_GRACE_S = 10.0


class MessageAcknowledger(Protocol):
    """Acknowledges the message of a job; `Delivery` of shared/bus implements it."""

    async def ack(self) -> None: ...

    async def nak(self, delay: float = 0.0) -> None: ...

    async def in_progress(self) -> None: ...


class AttemptRunner:
    def __init__(
        self,
        repository: JobRepository,
        events: JobEvents,
        metrics: Metrics,
        policy: RetryPolicy,
        *,
        lease_seconds: float,
        rng: random.Random,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._repository = repository
        self._events = events
        self._metrics = metrics
        self._policy = policy
        self._lease = lease_seconds
        self._rng = rng
        self._monotonic = monotonic

    async def __call__(
        self,
        context: JobContext[S, P, R],
        handler: Handler[S, P, R],
        delivery: MessageAcknowledger,
    ) -> None:
        """Run the handler and store its outcome, unless the lease is lost."""
        started = self._monotonic()
        work = asyncio.ensure_future(handler(context))
        background = [
            asyncio.create_task(self._heartbeat(context, delivery, work)),
            asyncio.create_task(self._flush(context, work)),
            asyncio.create_task(self._cancel_after_grace(context, work)),
        ]
        try:
            await asyncio.wait({work})
        except asyncio.CancelledError:
            # The grace period of the shutdown is over: cancel the handler and requeue the job.
            context.request_interrupt(Interrupt.SHUTDOWN)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        try:
            await self._conclude(context, work, delivery)
        except LeaseLost:
            _LOG.warning("lease_lost")
            self._metrics.jobs.lease_lost(context.job.kind)
            await delivery.ack()
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            self._metrics.jobs.ended(context.job.kind, self._monotonic() - started)

    async def _heartbeat(
        self, context: JobContext[S, P, R], delivery: MessageAcknowledger, work: asyncio.Future[R | None]
    ) -> None:
        """Renew the lease every third of it, and after a control signal. Three failures in a row lose the lease."""
        while True:
            await wait_set(context.control_changed, self._lease / 3)
            context.control_changed.clear()
            try:
                await delivery.in_progress()
                await context.renew()
            except LeaseLost:
                work.cancel()
                return
            except Exception as error:
                # Any error: try again until the lease ends. After that, fencing refuses the writes of this worker.
                _LOG.warning("heartbeat_failed", reason=str(error) or type(error).__name__)
                await asyncio.sleep(min(1.0, self._lease / 10))
                context.control_changed.set()

    async def _flush(self, context: JobContext[S, P, R], work: asyncio.Future[R | None]) -> None:
        while True:
            await asyncio.sleep(_FLUSH_S)
            try:
                await context.flush()
            except LeaseLost:
                work.cancel()
                return
            except Exception as error:
                _LOG.warning("progress_not_written", reason=str(error) or type(error).__name__)

    async def _cancel_after_grace(self, context: JobContext[S, P, R], work: asyncio.Future[R | None]) -> None:
        await context.cancelled.wait()
        await asyncio.sleep(_GRACE_S)
        _LOG.warning("handler_ignored_cancel")
        work.cancel()

    async def _conclude(
        self, context: JobContext[S, P, R], work: asyncio.Future[R | None], delivery: MessageAcknowledger
    ) -> None:
        error = None if work.cancelled() else work.exception()
        if work.cancelled():
            if context.interrupt is None:
                raise LeaseLost(context.job.id)
            error = Interrupted(context.interrupt)
        error = decisive_error(error) if error is not None else None
        if context.interrupt is Interrupt.CANCEL and error is not None and not isinstance(error, LeaseLost):
            error = Interrupted(Interrupt.CANCEL)  # an error during a cancel is not a failure
        if error is None:
            await self._save(
                context,
                lambda: self._repository.finish(
                    context.job,
                    JobState.COMPLETED,
                    progress=context.progress.model_copy(update={"fraction": 1.0}),
                    result=work.result(),
                ),
            )
            await delivery.ack()
        elif isinstance(error, LeaseLost):
            raise error
        elif isinstance(error, Interrupted):
            await self._interrupted(context, error.reason, delivery)
        elif isinstance(error, Pause):
            _LOG.warning("job_paused", code=error.cause.code, reason=error.cause.message)
            await self._pause(context, delivery, ErrorInfo.of(error.cause))
        else:
            await self._failed(context, error, delivery)

    async def _interrupted(
        self, context: JobContext[S, P, R], reason: Interrupt, delivery: MessageAcknowledger
    ) -> None:
        if reason is Interrupt.SHUTDOWN:
            await self._save(
                context, lambda: self._repository.requeue(context.job, failed=False, progress=context.progress)
            )
            await delivery.nak()
        elif reason is Interrupt.PAUSE:
            await self._pause(context, delivery)
        else:
            await self._save(
                context,
                lambda: self._repository.finish(context.job, JobState.CANCELLED, progress=context.progress),
            )
            await delivery.ack()

    async def _pause(
        self, context: JobContext[S, P, R], delivery: MessageAcknowledger, error: ErrorInfo | None = None
    ) -> None:
        try:
            await self._save(context, lambda: self._repository.pause(context.job, context.progress, error))
            await delivery.ack()
        except LeaseLost:
            await context.renew()  # raises if the lease is lost; otherwise the user changed the control meanwhile
            reason = Interrupt.CANCEL if context.job.control is Control.CANCEL else Interrupt.SHUTDOWN
            await self._interrupted(context, reason, delivery)

    async def _failed(self, context: JobContext[S, P, R], error: BaseException, delivery: MessageAcknowledger) -> None:
        cause, retryable, after = self._classify(error)
        info = ErrorInfo.of(cause)
        failures = context.job.failures_now(context.progress.fraction)
        if retryable and failures < self._policy.limit:
            wait = after if after is not None else self._policy.delay(failures, self._rng)
            self._metrics.jobs.retried(context.job.kind, cause.code)
            _LOG.warning("job_retried", code=cause.code, reason=cause.message, after=round(wait, 2))
            await self._save(
                context,
                lambda: self._repository.requeue(
                    context.job, after=wait, failed=True, progress=context.progress, error=info
                ),
            )
            await delivery.nak(wait)
            return
        _LOG.error("job_failed", code=cause.code, reason=cause.message)
        await self._save(
            context,
            lambda: self._repository.finish(context.job, JobState.FAILED, progress=context.progress, error=info),
        )
        await delivery.ack()

    @staticmethod
    def _classify(error: BaseException) -> tuple[SokhanError, bool, float | None]:
        """The error to store, whether to retry, and the delay in seconds (None: by the retry policy)."""
        match error:
            case Retry():
                return error.cause, True, error.after
            case Fail():
                return error.cause, False, None
            case SokhanError():
                return error, error.retryable, None
            case OSError() if disk_is_full(error):
                return NoSpace("The disk is full.", hint="Free space under SOKHAN_DATA and restart it."), False, None
            case _:
                _LOG.error("handler_crashed", exc_info=error)
                return Internal("Something went wrong inside Sokhan; the service's log has the details."), True, None

    async def _save(self, context: JobContext[S, P, R], write: Callable[[], Awaitable[Job[S, P, R]]]) -> None:
        """Store the outcome; retry while the store is unavailable, so that finished work is not lost."""
        for wait in (*_SAVE_TRIES_S, None):
            try:
                job = await write()
                break
            except Unavailable as error:
                if wait is None:
                    raise LeaseLost(context.job.id) from error
                _LOG.warning("outcome_not_written", reason=error.message, again_in=wait)
                await asyncio.sleep(wait)
        _LOG.info("attempt_finished", state=job.state, attempt=job.attempt)
        self._metrics.jobs.finished(job.kind, job.state)
        await self._events.publish(job, "state")

"""The interface between a handler and the platform: the job, progress reports, and interrupts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Generic

from pydantic import JsonValue

from shared.contracts.errors import Unavailable
from shared.contracts.events import EventType
from shared.contracts.jobs import Job, P, R, S
from shared.contracts.states import Control
from shared.jobs.events import JobEvents
from shared.jobs.outcomes import Interrupt, Interrupted
from shared.jobs.repository import JobRepository
from shared.telemetry import get_logger

_LOG = get_logger("jobs")
_INTERRUPT = {Control.CANCEL: Interrupt.CANCEL, Control.PAUSE: Interrupt.PAUSE, Control.STOP: Interrupt.STOP}


class JobContext(Generic[S, P, R]):
    """One attempt of a job. Every write is fenced by the lease token; without the lease it raises `LeaseLost`."""

    def __init__(self, job: Job[S, P, R], repository: JobRepository, events: JobEvents) -> None:
        self.job = job
        self.progress: P = job.progress
        self._repository = repository
        self._events = events
        self._unsaved = False
        self._writing = asyncio.Lock()
        self._interrupt: Interrupt | None = None
        self.interrupted = asyncio.Event()
        """Set when the handler must leave at its next safe point; `check` raises then."""
        self.cancelled = asyncio.Event()
        """Set when the job is cancelled, also during a pause."""
        self.control_changed = asyncio.Event()
        """Set when the job's `control` may have changed and must be read."""

    @property
    def interrupt(self) -> Interrupt | None:
        return self._interrupt

    def request_interrupt(self, reason: Interrupt) -> None:
        # A shutdown overrides no request of the user. A cancel overrides a pause.
        if self._interrupt is None or reason is Interrupt.CANCEL:
            self._interrupt = reason
            self.interrupted.set()
        if reason is Interrupt.CANCEL:
            self.cancelled.set()

    def check(self) -> None:
        """A safe point: raises `Interrupted` if an interrupt is requested."""
        if self._interrupt is not None:
            raise Interrupted(self._interrupt)

    def report(self, progress: P) -> None:
        """Report progress. The worker writes and publishes it at most twice a second."""
        if progress.fraction < self.progress.fraction:
            progress = progress.model_copy(update={"fraction": self.progress.fraction})
        self.progress = progress
        self._unsaved = True

    async def emit(self, type_: EventType, extra: Mapping[str, JsonValue], progress: P | None = None) -> None:
        """Write the progress and publish an event with the additional fields `extra`, at once."""
        if progress is not None:
            self.report(progress)
        await self._write(type_, extra)

    async def flush(self) -> None:
        """Write the progress reported since the last write. If the store is unavailable, a later flush writes it."""
        if not self._unsaved:
            return
        try:
            await self._write("progress", None)
        except Unavailable as error:
            _LOG.warning("progress_not_written", job_id=self.job.id, reason=error.message)

    async def _write(self, type_: EventType, extra: Mapping[str, JsonValue] | None) -> None:
        async with self._writing:
            self._unsaved = False
            try:
                job = await self._repository.progress(self.job, self.progress)
            except Unavailable:
                self._unsaved = True
                raise
            self.job = job
            await self._events.publish(job, type_, extra)

    async def complete_spec(self, spec: S) -> None:
        """Store the spec that the worker has completed. Raises `Unavailable`, `LeaseLost`."""
        async with self._writing:
            self.job = await self._repository.complete_spec(self.job, spec)
            await self._events.publish(self.job, "state")

    async def renew(self) -> None:
        """Renew the lease and apply the job's current control."""
        async with self._writing:
            self.job = await self._repository.renew(self.job)
        self.apply_control()

    def apply_control(self) -> None:
        if self.job.control is not None:
            self.request_interrupt(_INTERRUPT[self.job.control])


Handler = Callable[[JobContext[S, P, R]], Awaitable[R | None]]
"""The work of one job kind. Returns the result; raises `Interrupted`, `Retry`, `Pause`, `Fail`, or any error."""

"""How a job comes into being: the document first, then the doorbell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from shared.bus import Bus, BusUnavailable
from shared.contracts.progress import EMPTY_PROGRESS
from shared.contracts.specs import DownloadSpec, ScanSpec, SpeechSpec, TrainingSpec, WalkDisk
from shared.contracts.states import Control, JobState
from shared.jobs.events import JobEvents
from shared.jobs.model import Job
from shared.jobs.repository import Clock, JobRepository
from shared.jobs.view import DownloadView, SpeechView, view
from shared.telemetry import Metrics, get_logger

Queued = TypeVar("Queued", DownloadView, SpeechView)

_LOG = get_logger("jobs")
_POLL_INTERVAL_S = 0.05
_APPEARS_S = 20.0  # the scanner may be starting


class JobService:
    """The gateway's side of a job: accept it, and pass on what its owner asks of it."""

    def __init__(
        self,
        repository: JobRepository,
        events: JobEvents,
        bus: Bus,
        metrics: Metrics,
        now: Clock,
        new_id: Callable[[], str],
    ) -> None:
        self.repository = repository
        self._events = events
        self._bus = bus
        self._metrics = metrics
        self._now = now
        self._new_id = new_id

    async def view_with_position(self, job: Job, kind: type[Queued]) -> Queued:
        """As its owner sees it, with its place in the queue."""
        seen = view(job)
        assert isinstance(seen, kind)
        if job.state is not JobState.QUEUED:
            return seen
        return seen.model_copy(update={"queue_position": await self.repository.position(job)})

    async def submit(
        self,
        spec: DownloadSpec | ScanSpec | TrainingSpec | SpeechSpec,
        owner: str,
        *,
        id: str | None = None,
        idempotency_key: str | None = None,
        client: str | None = None,
        bandwidth: int | None = None,
    ) -> Job:
        """Accepted once the store has it; a bus that is away only makes it start later.

        `id` is the one that the job is to have, where something of it lies on disk before it exists.
        """
        now = self._now()
        job, new = await self.repository.create(
            Job(
                id=id or self._new_id(),
                kind=spec.kind,
                owner=owner,
                spec=spec,
                progress=EMPTY_PROGRESS[spec.kind],
                idempotency_key=idempotency_key,
                client=client,
                bandwidth=bandwidth,
                created_at=now,
                updated_at=now,
                available_at=now,
            )
        )
        if new:
            self._metrics.jobs_accepted.labels(job.kind).inc()
            await self._events.publish(job, "state")
            await self._notify(job)
        return job

    async def wait(self, job: Job, limit: float) -> Job:
        """The job as it ended, or as it is after `limit` seconds; it goes on all the same."""
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                while not job.terminal:
                    await asyncio.sleep(_POLL_INTERVAL_S)
                    job = await self.repository.owned(job.kind, job.id, job.owner)
        return job

    async def refresh_assets(self) -> None:
        """Have the scanner look, and wait for it: what is said to be complete can then be used."""
        job = await self.submit(ScanSpec(task=WalkDisk()), "system")
        await self.wait(job, _APPEARS_S)

    async def request_control(self, job: Job, control: Control) -> Job:
        changed = await self.repository.request_control(job, control)
        await self._events.publish(changed, "state")
        if changed.state is JobState.RUNNING:
            await self._bus.publish_control(changed.kind, changed.id)
        elif changed.state is JobState.QUEUED:
            await self._notify(changed)
        return changed

    async def resume(self, job: Job) -> Job:
        changed = await self.repository.resume(job)
        await self._events.publish(changed, "state")
        await self._notify(changed)
        return changed

    async def retry_now(self, job: Job) -> Job:
        changed = await self.repository.retry_now(job)
        await self._events.publish(changed, "state")
        await self._notify(changed)
        return changed

    async def limit_bandwidth(self, job: Job, bandwidth: int | None) -> Job:
        changed = await self.repository.limit_bandwidth(job, bandwidth)
        await self._events.publish(changed, "state")
        if changed.state is JobState.RUNNING:
            await self._bus.publish_control(changed.kind, changed.id)
        return changed

    async def _notify(self, job: Job) -> None:
        try:
            await self._bus.publish_command(job.kind, job.command())
        except BusUnavailable as error:
            _LOG.warning("command_not_published", job_id=job.id, reason=error.message)

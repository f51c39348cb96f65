"""Submits jobs and controls them: the document is stored first, then a command notifies the workers."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from shared.bus import Bus, BusUnavailable
from shared.contracts.access import Visibility
from shared.contracts.jobs import Job, JobType, P, QueuedJobView, R, S, V
from shared.contracts.owners import LOCAL_OWNER, SOLE_OWNERS
from shared.contracts.states import Control, JobState
from shared.jobs.events import JobEvents
from shared.jobs.fair_share import fair_order
from shared.jobs.model import start_command
from shared.jobs.quota import JobQuota
from shared.jobs.repository import Clock, JobRepository
from shared.telemetry import Metrics, current_request_id, current_trace_headers, get_logger

J = TypeVar("J", bound=Job)

_LOG = get_logger("jobs")
_POLL_INTERVAL_S = 0.05


class JobService:
    """The gateway's operations on jobs: submit, control, resume, retry, limit bandwidth."""

    def __init__(
        self,
        repository: JobRepository,
        events: JobEvents,
        bus: Bus,
        metrics: Metrics,
        now: Clock,
        new_id: Callable[[], str],
        *,
        per_owner: int = 0,
    ) -> None:
        """`per_owner`: the limit of jobs of a kind that have not ended; 0 for none."""
        self.repository = repository
        self._events = events
        self._bus = bus
        self._metrics = metrics
        self._now = now
        self._new_id = new_id
        self._quota = JobQuota(repository, per_owner)

    async def view(self, job_type: JobType[S, P, R, V], job: Job[S, P, R], viewer: str | None = None) -> V:
        """The public view of a job; what `views` says of the viewer."""
        return (await self.views(job_type, [job], viewer))[0]

    async def views(
        self, job_type: JobType[S, P, R, V], jobs: Sequence[Job[S, P, R]], viewer: str | None = None
    ) -> list[V]:
        """The public views of jobs. Those of the viewer (None: all) have their queue positions; the position of a job
        that somebody else shares would show how many private ones wait before it.
        """
        own = [job for job in jobs if viewer is None or viewer in SOLE_OWNERS or job.owner == viewer]
        positions = await self._queue_positions(job_type, [job for job in own if job.state is JobState.QUEUED])
        return [_with_position(job_type.view(job), positions.get(job.id)) for job in jobs]

    async def _queue_positions(self, job_type: JobType[S, P, R, V], queued: Sequence[Job[S, P, R]]) -> dict[str, int]:
        """Positions by job id, from 1, in the order in which workers claim: by fair share, or by time.

        A position counts the jobs of the same owner: how many others wait is not this owner's to know.
        """
        if not queued:
            return {}
        if job_type.fair:
            waiting = await self.repository.in_state(job_type, JobState.QUEUED)
            order = fair_order(waiting, await self.repository.in_state(job_type, JobState.RUNNING))
            return _among_own(order)
        positions = await asyncio.gather(*(self.repository.position(job) for job in queued))
        return {job.id: position for job, position in zip(queued, positions, strict=True)}

    async def submit(
        self,
        job_type: JobType[S, P, R, V],
        spec: S,
        owner: str,
        *,
        id: str | None = None,
        idempotency_key: str | None = None,
        request: str | None = None,
        client: str | None = None,
        bandwidth: int | None = None,
    ) -> Job[S, P, R]:
        """Create a job. It is accepted once it is stored; without the bus it only starts later, through the sweeper.

        `id`: for a job that has files on disk before it exists; else a new one is made. `request`: the request as it
        came, where its spec is completed by what is installed at the moment.
        Raises `RateLimited` at the owner's limit.
        """
        await self._quota.take(job_type, owner, idempotency_key)
        now = self._now()
        job, new = await self.repository.create(
            job_type.document(
                id=id or self._new_id(),
                kind=job_type.kind,
                owner=owner,
                spec=spec,
                progress=job_type.progress(),
                idempotency_key=idempotency_key,
                request_digest=None if request is None else hashlib.sha256(request.encode()).hexdigest(),
                client=client,
                bandwidth=bandwidth,
                trace_parent=current_trace_headers().get("traceparent"),
                request_id=current_request_id(),
                created_at=now,
                updated_at=now,
                available_at=now,
            )
        )
        if new:
            self._metrics.jobs.accepted(job.kind)
            _LOG.info("job_accepted", job_id=job.id, kind=job.kind)
            await self._events.publish(job, "state")
            await self._notify(job)
        return job

    async def wait(self, job: J, limit: float) -> J:
        """The job once it has ended, or its state after `limit` seconds. The job continues either way."""
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                while not job.terminal:
                    await asyncio.sleep(_POLL_INTERVAL_S)
                    job = await self.repository.reload(job)
        return job

    async def request_control(self, job: J, control: Control) -> J:
        changed = await self.repository.request_control(job, control)
        await self._events.publish(changed, "state")
        if changed.state is JobState.RUNNING:
            await self._bus.publish_control(changed.kind, changed.id)
        elif changed.state is JobState.QUEUED:
            await self._notify(changed)
        return changed

    async def resume(self, job: J) -> J:
        changed = await self.repository.resume(job)
        await self._events.publish(changed, "state")
        await self._notify(changed)
        return changed

    async def retry_now(self, job: J) -> J:
        changed = await self.repository.retry_now(job)
        await self._events.publish(changed, "state")
        await self._notify(changed)
        return changed

    async def limit_bandwidth(self, job: J, bandwidth: int | None) -> J:
        changed = await self.repository.limit_bandwidth(job, bandwidth)
        await self._events.publish(changed, "state")
        if changed.state is JobState.RUNNING:
            await self._bus.publish_control(changed.kind, changed.id)
        return changed

    async def share(self, job: J, visibility: Visibility) -> J:
        """Change who may see the job."""
        changed = await self.repository.set_visibility(job, visibility)
        await self._events.publish(changed, "state")
        return changed

    async def _notify(self, job: Job) -> None:
        try:
            await self._bus.publish_command(job.kind, start_command(job))
        except BusUnavailable as error:
            _LOG.warning("command_not_published", job_id=job.id, reason=error.message)


def _among_own(order: Sequence[Job]) -> dict[str, int]:
    """The position of each job among those of its owner. All sole owners are one."""
    counts: Counter[str] = Counter()
    positions = {}
    for job in order:
        owner = LOCAL_OWNER if job.owner in SOLE_OWNERS else job.owner
        counts[owner] += 1
        positions[job.id] = counts[owner]
    return positions


def _with_position(view: V, position: int | None) -> V:
    return view.model_copy(update={"queue_position": position}) if isinstance(view, QueuedJobView) else view

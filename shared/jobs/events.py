"""Publishes the events of changed jobs."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from shared.bus import Bus
from shared.contracts import subjects
from shared.contracts.events import Event, EventType, topic
from shared.contracts.jobs import Job
from shared.jobs.model import view_data


def job_event(job: Job, type_: EventType, extra: Mapping[str, JsonValue] | None = None) -> Event:
    """The event of a job. A shared one has no `owner`, so that a gateway can judge without the store who may see it."""
    return Event(
        id=f"{job.id}:{job.revision}",
        topic=topic(job.kind, job.id),
        kind=job.kind,
        job_id=job.id,
        owner=None if job.visibility == "shared" else job.owner,
        revision=job.revision,
        type=type_,
        time=job.updated_at,
        data={**view_data(job), **(extra or {})},
        final=job.terminal,
    )


class JobEvents:
    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def publish(self, job: Job, type_: EventType, extra: Mapping[str, JsonValue] | None = None) -> None:
        await self._bus.publish_event(subjects.event(job.kind, job.id), job_event(job, type_, extra))

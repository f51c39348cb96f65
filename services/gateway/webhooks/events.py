"""The events of webhooks: the ends of jobs, by kind and state."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import JsonValue

from shared.contracts.jobs import Job
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.states import TERMINAL
from shared.jobs.model import view_data

_ENDS = [f"{kind}.{state}" for kind in JOB_TYPES for state in sorted(TERMINAL)]
EVENTS = ("*", *(f"{kind}.*" for kind in JOB_TYPES), *_ENDS)


def event_name(job: Job) -> str:
    return f"{job.kind}.{job.state}"


def is_chosen(name: str, events: Collection[str]) -> bool:
    """Whether a webhook with these events gets this one."""
    return not {name, f"{name.partition('.')[0]}.*", "*"}.isdisjoint(events)


def message_of(job: Job) -> dict[str, JsonValue]:
    """The payload: `type`, `timestamp` and `data`, as Standard Webhooks recommends; `data` is the job's view."""
    ended = job.finished_at or job.updated_at
    return {"type": event_name(job), "timestamp": ended.isoformat(), "data": view_data(job)}

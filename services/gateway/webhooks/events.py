"""The events of webhooks: the ends of jobs, by kind and state."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pydantic import JsonValue

from shared.contracts.jobs import Job
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.states import TERMINAL
from shared.jobs.model import view_data


def ends_of(kind: str) -> list[str]:
    """The events of a kind."""
    return [f"{kind}.{state}" for state in sorted(TERMINAL)]


EVENTS = ("*", *(f"{kind}.*" for kind in JOB_TYPES), *(name for kind in JOB_TYPES for name in ends_of(kind)))


def event_name(job: Job) -> str:
    return f"{job.kind}.{job.state}"


def is_chosen(name: str, events: Collection[str]) -> bool:
    """Whether a webhook with these events gets this one."""
    return not {name, f"{name.partition('.')[0]}.*", "*"}.isdisjoint(events)


def ended_at(job: Job) -> datetime:
    return job.finished_at or job.updated_at


def message_of(job: Job) -> dict[str, JsonValue]:
    """The payload: `type`, `timestamp` and `data`, as Standard Webhooks recommends; `data` is the job's view."""
    return {"type": event_name(job), "timestamp": ended_at(job).isoformat(), "data": view_data(job)}

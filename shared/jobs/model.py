"""Conversion of jobs: to and from store documents, to commands, and to public views."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import JsonValue

from shared.contracts.jobs import Command, Job, JobType, JobView, P, R, S, V
from shared.contracts.kinds import JOB_TYPES
from shared.store.port import Value


def to_document(job: Job) -> dict[str, Value]:
    # A missing key is omitted, not null: the unique index covers only documents that have the field.
    excluded = {"idempotency_key"} if job.idempotency_key is None else None
    return job.model_dump(mode="python", exclude=excluded)


def from_document(job_type: JobType[S, P, R, V], document: Mapping[str, Value]) -> Job[S, P, R]:
    """The job in a document. Raises `ValidationError` if another version or a person wrote it."""
    return job_type.document.model_validate(document)


def is_claimable(job: Job, now: datetime) -> bool:
    """Whether a queued job may be claimed. Only a job that has failed waits for its time."""
    return not job.failures or job.available_at <= now


def start_command(job: Job) -> Command:
    """The notification that this job is queued."""
    command = JOB_TYPES[job.kind].command
    return command(job_id=job.id, owner=job.owner, attempt=job.attempt, revision=job.revision)


def view_of(job: Job) -> JobView:
    """The public view of a job of any kind. Code that knows the kind calls `JobType.view`."""
    return JOB_TYPES[job.kind].view(job)


def view_data(job: Job) -> dict[str, JsonValue]:
    return view_of(job).model_dump(mode="json", by_alias=True)

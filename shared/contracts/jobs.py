"""A job, and the types that belong to one kind of job.

A job kind is declared once, in a module of `shared.contracts.kinds`: its spec, progress, result, command, collection
and public view. Everything else takes the `JobType` and is generic over it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Generic

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from typing_extensions import TypeVar

from shared.contracts.access import Visibility
from shared.contracts.owners import SOLE_OWNERS
from shared.contracts.rpc import ErrorInfo
from shared.contracts.states import TERMINAL, Control, JobKind, JobState
from shared.contracts.wire import JobId, Wire

Fraction = Annotated[float, Field(ge=0.0, le=1.0)]


class JobSpec(Wire):
    """The request of a job: immutable, validated once at the gateway. A subclass declares `kind`."""


class JobProgress(Wire):
    """`fraction` runs from 0 to 1 and never backwards. A subclass declares `kind`."""

    fraction: Fraction = 0.0


class JobResult(Wire):
    """The result of a completed job. A subclass declares `kind`."""


S_co = TypeVar("S_co", bound=JobSpec, default=JobSpec, covariant=True)
P_co = TypeVar("P_co", bound=JobProgress, default=JobProgress, covariant=True)
R_co = TypeVar("R_co", bound=JobResult, default=JobResult, covariant=True)


class Lease(BaseModel):
    """`token` is the fencing token: every claim increments it; the worker's writes are refused under an old one."""

    model_config = ConfigDict(frozen=True)

    worker: str | None = None
    token: int = 0
    expires_at: AwareDatetime | None = None


class Job(BaseModel, Generic[S_co, P_co, R_co]):
    """The job document. `attempt` counts claims; `failures` counts failed attempts, and only they are limited."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    kind: JobKind
    owner: str
    visibility: Visibility = "private"
    spec: S_co
    state: JobState = JobState.QUEUED
    revision: int = 1
    attempt: int = 0
    failures: int = 0
    failed_at: float = Field(-1.0, description="the fraction at the last failure: progress beyond it resets the count")
    control: Control | None = None
    lease: Lease = Lease()
    progress: P_co
    result: R_co | None = None
    error: ErrorInfo | None = None
    idempotency_key: str | None = None
    request_digest: str | None = Field(
        None, description="of the request: a repetition of it may complete the spec otherwise"
    )
    client: str | None = Field(None, description="the address of the caller, where several people share an owner")
    trace_parent: str | None = Field(None, description="W3C traceparent of the request: every attempt joins its trace")
    request_id: str | None = Field(None, description="of the request, for the log lines of every attempt")
    bandwidth: int | None = Field(None, description="the download's cap in bytes a second; None: no cap of its own")
    created_at: AwareDatetime
    updated_at: AwareDatetime
    available_at: AwareDatetime = Field(description="not claimable before")
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None

    def failures_now(self, fraction: float) -> int:
        """The number of failures in a row, with one more at this fraction."""
        return 1 if fraction > self.failed_at else self.failures + 1

    @property
    def terminal(self) -> bool:
        return self.state in TERMINAL


def may_see_job(viewer: str, job: Job) -> bool:
    """Whether a job may be read: by its owner, by everyone if it is shared, and by the sole owner without accounts."""
    return viewer in {job.owner, *SOLE_OWNERS} or job.visibility == "shared"


class Command(Wire):
    """A notification that a job is queued. It carries only the id: the spec may hold secrets and stays in the store."""

    job_id: JobId
    owner: str
    attempt: int = Field(ge=0, description="claims so far")
    revision: int = Field(ge=0, description="of the job when it was queued: a retried or resumed job is a new message")

    @property
    def message_id(self) -> str:
        return f"{self.job_id}:{self.attempt}:{self.revision}"


class JobView(Wire):
    """The public view of a job: the same JSON in an API answer, a snapshot and an event (api.md, "Shapes").

    `progress` runs from 0 to 100. `status` is the name of `state` for older clients.
    """

    id: str
    job_id: str
    kind: JobKind
    owner: str
    visibility: Visibility = "private"
    state: JobState
    status: str
    revision: int
    attempt: int
    control: Control | None = None
    progress: float
    error: ErrorInfo | None = None
    created_at: AwareDatetime
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    updated_at: AwareDatetime


class QueuedJobView(JobView):
    """The view of a kind whose queue users see. `queue_position` counts from 1; None unless the job is queued."""

    queue_position: int | None = None


def common_view(job: Job, status: str | None = None) -> JobView:
    """The fields that every view has. `status` overrides the state's own name."""
    return JobView(
        id=job.id,
        job_id=job.id,
        kind=job.kind,
        owner=job.owner,
        visibility=job.visibility,
        state=job.state,
        status=status or job.state.value,
        revision=job.revision,
        attempt=job.attempt,
        control=job.control,
        progress=round(job.progress.fraction * 100, 2),
        error=job.error,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        updated_at=job.updated_at,
    )


V_co = TypeVar("V_co", bound=JobView, default=JobView, covariant=True)

# Invariant, for functions and for classes that also take specs and progress as arguments; see `JobType`.
S = TypeVar("S", bound=JobSpec)
P = TypeVar("P", bound=JobProgress)
R = TypeVar("R", bound=JobResult)
V = TypeVar("V", bound=JobView)


@dataclass(frozen=True, slots=True)
class JobType(Generic[S_co, P_co, R_co, V_co]):
    """Everything particular to one kind of job, generic over its spec S, progress P, result R and view V.

    `document` is the parametrised `Job`; `subject` carries its commands, `collection` holds its documents; `view` makes
    the public view. `pausable`: users may pause it. `fair`: fair share among users orders the queue, not time.
    `disposable`: an ended job is its document only, which may be deleted with time.
    """

    kind: JobKind
    document: type[Job[S_co, P_co, R_co]]
    progress: Callable[[], P_co]
    command: type[Command]
    subject: str
    collection: str
    view: Callable[[Job[S_co, P_co, R_co]], V_co]
    pausable: bool = True
    fair: bool = False
    disposable: bool = False

"""The job document: what the store keeps of a long piece of work."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.contracts.commands import COMMANDS, Command
from shared.contracts.progress import Progress, Result
from shared.contracts.rpc import ErrorInfo
from shared.contracts.specs import Spec
from shared.contracts.states import TERMINAL, Control, JobKind, JobState
from shared.store.port import Value

COLLECTION = {
    JobKind.DOWNLOAD: "downloads",
    JobKind.SCAN: "scans",
    JobKind.TRAINING: "training_runs",
    JobKind.SPEECH: "renders",
}


class Lease(BaseModel):
    """`token` is the fencing token: raised by one at every claim, named by every later write of its holder."""

    model_config = ConfigDict(frozen=True)

    worker: str | None = None
    token: int = 0
    expires_at: AwareDatetime | None = None


class Job(BaseModel):
    """`attempt` counts claims; `failures` counts those that went wrong, and only they are limited."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    kind: JobKind
    owner: str
    spec: Spec
    state: JobState = JobState.QUEUED
    revision: int = 1
    attempt: int = 0
    failures: int = 0
    failed_at: float = Field(
        -1.0, description="the fraction at the last failure: what gets further starts counting anew"
    )
    control: Control | None = None
    lease: Lease = Lease()
    progress: Progress
    result: Result | None = None
    error: ErrorInfo | None = None
    idempotency_key: str | None = None
    client: str | None = Field(None, description="the address that asked, where several people share an owner")
    bandwidth: int | None = Field(None, description="bytes a second a download may take; None is no cap of its own")
    created_at: AwareDatetime
    updated_at: AwareDatetime
    available_at: AwareDatetime = Field(description="not to be claimed before")
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None

    def failures_now(self, fraction: float) -> int:
        """How many failures in a row there are with one more at this fraction."""
        return 1 if fraction > self.failed_at else self.failures + 1

    @property
    def terminal(self) -> bool:
        return self.state in TERMINAL

    def document(self) -> dict[str, Value]:
        # The key is left out, not null, when there is none: the unique index covers the documents that have it.
        excluded = {"idempotency_key"} if self.idempotency_key is None else None
        return self.model_dump(mode="python", exclude=excluded)

    def command(self) -> Command:
        return COMMANDS[self.kind](job_id=self.id, owner=self.owner, attempt=self.attempt, revision=self.revision)


def from_document(document: Mapping[str, Value]) -> Job:
    return Job.model_validate(document)

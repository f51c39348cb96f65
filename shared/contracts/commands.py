"""Commands: the doorbell. They name the job and its owner; what is to be done stands in the store, secrets included."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.states import JobKind
from shared.contracts.wire import JobId, Wire


class Command(Wire):
    job_id: JobId
    owner: str
    attempt: int = Field(ge=0, description="claims so far")
    revision: int = Field(ge=0, description="of the job when it was queued: a retried or resumed job is a new message")

    @property
    def message_id(self) -> str:
        return f"{self.job_id}:{self.attempt}:{self.revision}"


class StartDownload(Command):
    schema_: Literal["cmd.download.start/1"] = Field("cmd.download.start/1", alias="schema")


class RunScan(Command):
    schema_: Literal["cmd.scan.run/1"] = Field("cmd.scan.run/1", alias="schema")


class StartTraining(Command):
    schema_: Literal["cmd.train.start/1"] = Field("cmd.train.start/1", alias="schema")


class RenderSpeech(Command):
    schema_: Literal["cmd.speech.render/1"] = Field("cmd.speech.render/1", alias="schema")


COMMANDS: dict[JobKind, type[Command]] = {
    JobKind.DOWNLOAD: StartDownload,
    JobKind.SCAN: RunScan,
    JobKind.TRAINING: StartTraining,
    JobKind.SPEECH: RenderSpeech,
}

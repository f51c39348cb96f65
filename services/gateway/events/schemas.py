"""The live events as clients read them: one class for each `type`, for generators of typed clients (docs/events.md).

The gateway passes events on without parsing their data; `tests/integration/gateway/test_event_schemas.py` holds these
classes against what it sends.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, RootModel
from pydantic.alias_generators import to_camel

from shared.contracts.access import Visibility
from shared.contracts.assets import AssetDetails, AssetKind, AssetSource, AssetStatus
from shared.contracts.kinds.download import DownloadView
from shared.contracts.kinds.scan import ScanView
from shared.contracts.kinds.speech import SpeechView
from shared.contracts.kinds.training import TrainingView
from shared.contracts.states import JobKind
from shared.contracts.system import SystemStatus
from shared.runs import LogLevel


class _Sent(BaseModel):
    """All fields are always sent, so a generated type has no optional ones."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        frozen=True,
        json_schema_serialization_defaults_required=True,
    )


class DownloadData(DownloadView):
    kind: Literal[JobKind.DOWNLOAD]


class ScanData(ScanView):
    kind: Literal[JobKind.SCAN]


class TrainingData(TrainingView):
    kind: Literal[JobKind.TRAINING]


class SpeechData(SpeechView):
    kind: Literal[JobKind.SPEECH]


JobData = Annotated[DownloadData | ScanData | TrainingData | SpeechData, Field(discriminator="kind")]
"""The job as `GET` shows it."""


class MetricPoint(BaseModel):
    """One step; every further field is a value by its name, such as `train_loss`."""

    model_config = ConfigDict(extra="allow")
    # Not of numbers only: in TypeScript the index signature of a type covers its other fields too.
    __pydantic_extra__: dict[str, float | str]

    step: int
    epoch: int
    time: AwareDatetime


class LogEntry(_Sent):
    """`seq` counts a run's lines from 1."""

    seq: int
    level: LogLevel
    message: str
    time: AwareDatetime


class MetricsData(TrainingData):
    """The run, and the values of the steps since the event before."""

    points: tuple[MetricPoint, ...]


class LogData(TrainingData):
    """The run, and its new log lines."""

    lines: tuple[LogEntry, ...]


class AssetData(_Sent):
    """The asset. `owner` is None for a repository of the Hub and for what belongs to the installation."""

    id: str
    kind: AssetKind
    name: str
    path: str
    type: str
    size: int
    file_count: int
    files: tuple[str, ...]
    status: AssetStatus
    problem: str | None
    source: AssetSource
    repo_id: str | None
    commit: str | None
    details: AssetDetails
    downloaded_at: AwareDatetime
    updated_at: AwareDatetime
    revision: int
    owner: str | None
    visibility: Visibility
    change: Literal["added", "changed", "removed"]


class HiddenData(_Sent):
    id: str
    job_id: str
    kind: JobKind
    visibility: Literal["private"]


class _Envelope(_Sent):
    """`revision` orders the events of one topic. `final`: no event of the topic follows."""

    schema_: Literal["evt/1"] = Field("evt/1", alias="schema")
    id: str
    topic: str
    revision: int
    time: AwareDatetime
    final: bool


class _JobEnvelope(_Envelope):
    kind: JobKind
    job_id: str


class SnapshotEvent(_JobEnvelope):
    """The job as it is now: after a subscription, and in place of events that were missed."""

    type: Literal["snapshot"]
    data: JobData


class StateEvent(_JobEnvelope):
    """The job's state, control or visibility has changed."""

    type: Literal["state"]
    data: JobData


class ProgressEvent(_JobEnvelope):
    type: Literal["progress"]
    data: JobData


class MetricsEvent(_JobEnvelope):
    type: Literal["metrics"]
    data: MetricsData


class LogEvent(_JobEnvelope):
    type: Literal["log"]
    data: LogData


class HiddenEvent(_JobEnvelope):
    """The last event of a job that its owner has made private."""

    type: Literal["hidden"]
    data: HiddenData


class AssetEvent(_Envelope):
    """Something was installed, changed or removed."""

    kind: Literal["asset"]
    job_id: None
    type: Literal["asset"]
    data: AssetData


class SystemEvent(_Envelope):
    """The load of the machines and services, every few seconds. `revision` grows with time."""

    kind: Literal["system"]
    job_id: None
    type: Literal["system"]
    data: SystemStatus


class LiveEvent(
    RootModel[
        Annotated[
            SnapshotEvent
            | StateEvent
            | ProgressEvent
            | MetricsEvent
            | LogEvent
            | HiddenEvent
            | AssetEvent
            | SystemEvent,
            Field(discriminator="type"),
        ]
    ]
):
    """One event, the same on `/ws` and on `GET /api/events`."""

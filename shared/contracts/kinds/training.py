"""Training runs; imports of foreign checkpoints are runs too (ADR 14)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.jobs import (
    Command,
    Fraction,
    Job,
    JobProgress,
    JobResult,
    JobSpec,
    JobType,
    QueuedJobView,
    common_view,
)
from shared.contracts.names import AssetName
from shared.contracts.states import JobKind
from shared.contracts.wire import ConfigValue, JobId, Wire


class CheckpointOrigin(Wire):
    """A checkpoint of another run of the same owner."""

    run: JobId
    step: int = Field(ge=1)


class TrainingSpec(JobSpec):
    """`start_from`: the checkpoint that gives the run its weights, optimizer state and step number.

    `asr_model`: the installed speech recogniser that measures the run's checkpoints.
    """

    kind: Literal[JobKind.TRAINING] = JobKind.TRAINING
    name: AssetName
    recipe: str = Field(min_length=1, max_length=64)
    base_model: str | None = None
    datasets: tuple[str, ...] = ()
    teacher_model: str | None = None
    asr_model: str | None = None
    config: dict[str, ConfigValue] = Field(default_factory=dict)
    start_from: CheckpointOrigin | None = None


class CheckpointRef(Wire):
    step: int
    values: dict[str, float] = Field(default_factory=dict)


class TrainingProgress(JobProgress):
    """`throughput` in samples a second; `metrics` are the latest values by name.

    `base`: the figures of the base voice on the run's held-back recordings, before the first step.
    """

    kind: Literal[JobKind.TRAINING] = JobKind.TRAINING
    fraction: Fraction = 0.0
    epoch: int = 0
    step: int = 0
    max_steps: int | None = None
    metrics: dict[str, float] = Field(default_factory=dict)
    throughput: float | None = None
    base: CheckpointRef | None = None
    best_checkpoint: CheckpointRef | None = None
    last_checkpoint: CheckpointRef | None = None


class TrainingResult(JobResult):
    """`model` is the asset that the run made; `voice` is the same id, if `/v1` can speak with it."""

    kind: Literal[JobKind.TRAINING] = JobKind.TRAINING
    reason: str
    steps: int
    best_step: int | None = None
    model: str | None = None
    voice: str | None = None


class StartTraining(Command):
    schema_: Literal["cmd.train.start/1"] = Field("cmd.train.start/1", alias="schema")


class TrainingView(QueuedJobView):
    name: str
    recipe: str
    base_model: str | None = None
    datasets: tuple[str, ...]
    teacher_model: str | None = None
    asr_model: str | None = None
    config: dict[str, ConfigValue]
    start_from: CheckpointOrigin | None = None
    epoch: int
    step: int
    max_steps: int | None = None
    metrics: dict[str, float]
    base: CheckpointRef | None = None
    best_checkpoint: CheckpointRef | None = None
    last_checkpoint: CheckpointRef | None = None
    throughput: float | None = None
    result: TrainingResult | None = None


TrainingJob = Job[TrainingSpec, TrainingProgress, TrainingResult]


def _view(job: TrainingJob) -> TrainingView:
    return TrainingView(
        **dict(common_view(job)),
        **job.spec.model_dump(exclude={"kind"}),
        **job.progress.model_dump(exclude={"kind", "fraction"}),
        result=job.result,
    )


TRAINING: JobType[TrainingSpec, TrainingProgress, TrainingResult, TrainingView] = JobType(
    kind=JobKind.TRAINING,
    document=TrainingJob,
    progress=TrainingProgress,
    command=StartTraining,
    subject="cmd.train.start",
    collection="training_runs",
    view=_view,
    fair=True,
)

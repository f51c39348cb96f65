"""Training runs; imports of foreign checkpoints are runs too (ADR 14)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.errors import Validation
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
from shared.contracts.rpc import CheckedTraining, CheckTraining
from shared.contracts.states import JobKind
from shared.contracts.wire import ConfigValue, JobId, Wire


class CheckpointOrigin(Wire):
    """A checkpoint of another run of the same owner."""

    run: JobId
    step: int = Field(ge=1)


class TrainingSpec(JobSpec):
    """`start_from`: the checkpoint that gives the run its weights, optimizer state and step number.

    `asr_model`: the installed speech recogniser that measures the run's checkpoints.
    `checked`: false if no trainer was running when the run was accepted; the worker then checks and completes it.
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
    checked: bool = True


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


def check_request(spec: TrainingSpec, owner: str) -> CheckTraining:
    """The request that asks the trainer whether this run can start."""
    return CheckTraining(
        recipe=spec.recipe,
        config=spec.config,
        datasets=spec.datasets,
        base_model=spec.base_model,
        teacher_model=spec.teacher_model,
        asr_model=spec.asr_model,
        owner=owner,
    )


def completed_spec(spec: TrainingSpec, answer: CheckedTraining) -> TrainingSpec:
    """The spec with the full configuration. Raises `Validation` if its checkpoint leaves no step to train."""
    if spec.start_from is not None:
        require_steps_left(spec.start_from.step, answer.config.get("max_steps"))
    return spec.model_copy(update={"config": answer.config, "asr_model": answer.asr_model, "checked": True})


def require_steps_left(step: int, max_steps: ConfigValue) -> None:
    """Raises `Validation` if a run that starts at `step` has no step left; a `max_steps` of 0 is no limit."""
    if isinstance(max_steps, int | float) and 0 < max_steps <= step:
        raise Validation(
            f"The checkpoint is of step {step} and max_steps is {max_steps}: there is nothing left to train.",
            hint="Set max_steps in config; steps are counted on from the checkpoint's.",
        )


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
        **job.spec.model_dump(exclude={"kind", "checked"}),
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

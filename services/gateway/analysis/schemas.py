"""Views of runs for analysis."""

from __future__ import annotations

from pydantic import AwareDatetime, Field

from services.gateway.training.schemas import LogLineView, MetricsView
from shared.contracts.kinds.training import CheckpointOrigin, CheckpointRef
from shared.contracts.rpc import ErrorInfo
from shared.contracts.states import JobState
from shared.contracts.wire import ConfigValue, Wire


class RunSummary(Wire):
    """`progress` from 0 to 100, `throughput` in samples a second; the losses are the latest."""

    id: str
    name: str
    recipe: str
    state: JobState
    base_model: str | None
    datasets: tuple[str, ...]
    teacher: str | None
    start_from: CheckpointOrigin | None
    epoch: int
    step: int
    max_steps: int | None
    train_loss: float | None
    val_loss: float | None
    accuracy: float | None
    error_rate: float | None = Field(None, description="of a recogniser that listens to the voice, see docs/quality.md")
    throughput: float | None
    best_checkpoint: CheckpointRef | None
    last_checkpoint: CheckpointRef | None
    progress: float
    error: ErrorInfo | None
    created_at: AwareDatetime
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    updated_at: AwareDatetime


class RunStatus(RunSummary):
    """`metrics`: the latest values by name; `base`: the base voice's figures; `history`: downsampled curves;
    `logs`: the last lines.
    """

    config: dict[str, ConfigValue]
    metrics: dict[str, float]
    base: CheckpointRef | None
    history: MetricsView
    logs: tuple[LogLineView, ...]


class ValueAt(Wire):
    step: int
    value: float


class ComparedRun(Wire):
    """`config`: the settings that differ between the runs. `best`: the lowest value, the highest accuracy,
    or of a figure such as the ratio of durations that nearest to the recordings.
    """

    id: str
    name: str
    recipe: str
    state: JobState
    step: int
    config: dict[str, ConfigValue]
    best: dict[str, ValueAt]
    last: dict[str, ValueAt]
    best_checkpoint: CheckpointRef | None
    last_checkpoint: CheckpointRef | None
    points: tuple[dict[str, float | int | str], ...]


class Comparison(Wire):
    keys: tuple[str, ...] = Field(description="keys of all runs; a run has values for its own keys only")
    runs: tuple[ComparedRun, ...]

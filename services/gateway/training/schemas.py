"""Requests that start a run, and the views of runs, metrics, checkpoints and logs."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from shared.contracts.mended import Mended
from shared.contracts.names import AssetName
from shared.contracts.wire import ConfigValue, Wire
from shared.runs import LogLevel


class StartTrainingRequest(Mended, Wire):
    recipe: str = Field(min_length=1, max_length=64, examples=["vits"])
    datasets: list[str] = Field(default_factory=list, max_length=16, examples=[["local/my-voice"]])
    base_model: str | None = Field(None, max_length=200)
    teacher_model: str | None = Field(None, max_length=200)
    asr_model: str | None = Field(
        None,
        max_length=200,
        description="the installed speech recogniser that measures the checkpoints of a voice; by default the newest",
    )
    config: dict[str, ConfigValue] = Field(
        default_factory=dict, max_length=100, examples=[{"preset": "fast", "max_steps": 20000}]
    )
    name: AssetName | None = Field(None, examples=["my-voice"])


class MetricsView(Wire):
    """`points` are flat on the wire: step, epoch, time and one field per value; steps are unique and ascending."""

    keys: tuple[str, ...]
    points: tuple[dict[str, float | int | str], ...]


class ColumnsView(Wire):
    """`values` by key, one for each of `steps`; null where a step has no value of the key."""

    keys: tuple[str, ...]
    steps: tuple[int, ...]
    values: dict[str, tuple[float | None, ...]]


class LogLineView(Wire):
    seq: int
    level: LogLevel
    message: str
    time: AwareDatetime


class CheckpointView(Wire):
    """`size` in bytes; `values`: the losses and the figures of quality
    (docs/quality.md) at that step; `samples`: the audio files of that step."""

    step: int
    epoch: int
    size: int
    best: bool
    values: dict[str, float]
    created_at: AwareDatetime
    deployed_as: str | None = None
    samples: tuple[str, ...] = ()
    sha256: str | None = Field(None, description="of the weights")
    state: Literal["ready", "missing"]


class DeployRequest(Mended, Wire):
    name: AssetName = Field(examples=["my-voice"])


class DeployedView(Wire):
    """`id` is the `voice` of /v1/audio/speech; `version` counts the deployments under this name."""

    name: str
    id: str
    version: int
    step: int
    run: str


class RestoreRequest(Mended, Wire):
    """`config` overrides fields of the run's configuration, `asr_model` the recogniser of its checkpoints."""

    name: AssetName | None = None
    asr_model: str | None = Field(None, max_length=200)
    config: dict[str, ConfigValue] = Field(default_factory=dict, max_length=100, examples=[{"max_steps": 40000}])


class DeletedRun(Wire):
    """`freed` in bytes."""

    id: str
    checkpoints: int
    freed: int

"""What a client says to start a run, and what it reads of one."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from shared.contracts.specs import AssetName, ConfigValue
from shared.contracts.wire import Wire


class StartTraining(Wire):
    recipe: str = Field(min_length=1, max_length=64, examples=["vits"])
    datasets: list[str] = Field(min_length=1, max_length=16, examples=[["local/my-voice"]])
    base_model: str | None = Field(None, max_length=200)
    teacher_model: str | None = Field(None, max_length=200)
    config: dict[str, ConfigValue] = Field(
        default_factory=dict, max_length=100, examples=[{"preset": "fast", "max_steps": 20000}]
    )
    name: AssetName | None = Field(None, examples=["my-voice"])


class MetricPoint(Wire):
    """The values of one step, by name; `time` is when it was done."""

    step: int
    epoch: int
    time: AwareDatetime
    values: dict[str, float]


class Metrics(Wire):
    """`points` are flat on the wire: step, epoch, time and each value beside them, steps ascending, each once."""

    keys: tuple[str, ...]
    points: tuple[dict[str, float | int | str], ...]


class LogLine(Wire):
    seq: int
    level: Literal["debug", "info", "warning", "error"]
    message: str
    time: AwareDatetime


class CheckpointView(Wire):
    """`size` in bytes; `values` are the losses at that step."""

    step: int
    epoch: int
    size: int
    best: bool
    values: dict[str, float]
    created_at: AwareDatetime

"""The records of a training run and their documents.

Every record has an id made of the run and its number, so that a replay after a crash overwrites and never doubles:

    training_metrics   <run>:<step, 10 digits>    one row per step
    training_curves    <run>:<block, 8 digits>    one block per 512 steps (ADR 12)
    training_logs      <run>:<seq, 9 digits>      one document per log line
    checkpoints        <run>:<step>               one document per checkpoint
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, cast

from shared.store import Value

BLOCK_STEPS = 512
"""Steps of one document of `training_curves` (ADR 12)."""

LogLevel = Literal["debug", "info", "warning", "error"]


@dataclass(frozen=True, slots=True)
class MetricRow:
    """The values of one step. `values` are finite."""

    run: str
    step: int
    epoch: int
    time: datetime
    values: Mapping[str, float]

    def document(self) -> dict[str, Value]:
        return {
            "id": f"{self.run}:{self.step:010}",
            "run": self.run,
            "step": self.step,
            "epoch": self.epoch,
            "time": self.time,
            "values": dict(self.values),
        }

    @classmethod
    def of(cls, document: Mapping[str, Value]) -> MetricRow:
        # A chart reads tens of thousands of rows, so the values are cast, not validated.
        return cls(
            cast("str", document["run"]),
            cast("int", document["step"]),
            cast("int", document["epoch"]),
            cast("datetime", document["time"]),
            cast("dict[str, float]", document["values"]),
        )


Extremes = Sequence[float]
"""The lowest and the highest value of a key in a range of steps, with their steps: low step, low, high step, high.

A chart reads 23,000 of them: they are the lists of the stored documents, without a new object for each.
"""


@dataclass(frozen=True, slots=True)
class CurveBlock:
    """The extremes of each key in one block: the steps `block * BLOCK_STEPS + 1` to `(block + 1) * BLOCK_STEPS`.

    `first` and `last` are the steps that the block covers: fewer than `BLOCK_STEPS` if the run resumed inside it.
    """

    run: str
    block: int
    first: int
    last: int
    keys: Mapping[str, Extremes]

    def document(self) -> dict[str, Value]:
        return {
            "id": f"{self.run}:{self.block:08}",
            "run": self.run,
            "block": self.block,
            "first": self.first,
            "last": self.last,
            "keys": {name: list(extremes) for name, extremes in self.keys.items()},
        }

    @classmethod
    def of(cls, document: Mapping[str, Value]) -> CurveBlock:
        return cls(
            cast("str", document["run"]),
            cast("int", document["block"]),
            cast("int", document["first"]),
            cast("int", document["last"]),
            cast("dict[str, Extremes]", document["keys"]),
        )


@dataclass(frozen=True, slots=True)
class LogLine:
    """`seq` counts a run's lines from 1."""

    run: str
    seq: int
    level: LogLevel
    message: str
    time: datetime

    def document(self) -> dict[str, Value]:
        return {
            "id": f"{self.run}:{self.seq:09}",
            "run": self.run,
            "seq": self.seq,
            "level": self.level,
            "message": self.message,
            "time": self.time,
        }

    @classmethod
    def of(cls, document: Mapping[str, Value]) -> LogLine:
        return cls(
            cast("str", document["run"]),
            cast("int", document["seq"]),
            cast("LogLevel", document["level"]),
            cast("str", document["message"]),
            cast("datetime", document["time"]),
        )


@dataclass(frozen=True, slots=True)
class CheckpointRecord:
    """`size` in bytes, `sha256` of the weights, `deployed_as` the name of the voice that was made of it, if any."""

    run: str
    step: int
    epoch: int
    size: int
    best: bool
    created_at: datetime
    values: Mapping[str, float] = field(default_factory=dict)
    samples: tuple[str, ...] = ()
    sha256: str | None = None
    deployed_as: str | None = None

    def document(self) -> dict[str, Value]:
        optional: dict[str, Value] = {"sha256": self.sha256, "deployed_as": self.deployed_as}
        return {
            "id": f"{self.run}:{self.step}",
            "run": self.run,
            "step": self.step,
            "epoch": self.epoch,
            "size": self.size,
            "best": self.best,
            "samples": list(self.samples),
            "values": dict(self.values),
            "created_at": self.created_at,
            **{name: value for name, value in optional.items() if value is not None},
        }

    @classmethod
    def of(cls, document: Mapping[str, Value]) -> CheckpointRecord:
        return cls(
            run=cast("str", document["run"]),
            step=cast("int", document["step"]),
            epoch=cast("int", document["epoch"]),
            size=cast("int", document["size"]),
            best=cast("bool", document["best"]),
            created_at=cast("datetime", document["created_at"]),
            values=cast("dict[str, float]", document["values"]),
            samples=tuple(cast("list[str]", document.get("samples") or [])),
            sha256=cast("str | None", document.get("sha256")),
            deployed_as=cast("str | None", document.get("deployed_as")),
        )

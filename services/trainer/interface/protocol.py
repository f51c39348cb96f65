"""The messages between supervisor and child: one JSON object per line.

Supervisor to child: a `RunSpec` in the environment, and any number of `ChildControl`s on stdin. The end of stdin means
that the supervisor has died: the child exits at once, and the next attempt resumes from the last checkpoint.

Child to supervisor: `Started`, then `Step`, `Evaluated`, `CheckpointSaved` and `Log` in any order, then `Finished` or
`Failed`. A child that ends without either was killed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from shared.contracts.owners import LOCAL_OWNER
from shared.contracts.wire import ConfigValue

SPEC_VARIABLE = "SOKHAN_RUN_SPEC"
"""The environment variable with the `RunSpec`, for every process of the run."""

FinishReason = Literal["completed", "stopped", "paused", "early_stopping"]
Level = Literal["debug", "info", "warning", "error"]


class _Line(BaseModel):
    # An infinite loss is worth reporting, but JSON cannot represent it: it is sent as a string.
    model_config = ConfigDict(frozen=True, extra="ignore", ser_json_inf_nan="strings")

    def line(self) -> bytes:
        return self.model_dump_json().encode() + b"\n"


class RunSpec(_Line):
    """All paths are absolute. `resume`: a step, `auto` for the last complete checkpoint, None for the beginning.

    `start_from`: another run's checkpoint, used if the run has none of its own. `asr_model`: the speech recogniser that
    measures checkpoints. `lexicon`: the installation's, `account_lexicon`: that of the
    job's owner; they need not exist. `memory_limit`: private bytes per
    process. `checkpoints`: used by this run only; `scratch`: on the same file system; `product_folder`: where the
    result appears atomically at the end. `owner`: of the run, to whom the result belongs.
    """

    type: Literal["run"] = "run"
    run_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    recipe: str
    config: dict[str, ConfigValue]
    datasets: tuple[Path, ...] = ()
    base_model: Path | None = None
    teacher_model: Path | None = None
    asr_model: Path | None = None
    start_from: Path | None = None
    checkpoints: Path
    scratch: Path
    product_folder: Path
    product_name: str
    owner: str = LOCAL_OWNER
    resume: int | Literal["auto"] | None = "auto"
    memory_limit: int | None = None
    lexicon: Path | None = None
    account_lexicon: Path | None = None


class ChildControl(_Line):
    """`stop`: write a checkpoint, publish the best one, finish. `pause`: write a checkpoint and exit."""

    type: Literal["control"] = "control"
    action: Literal["stop", "pause"]


class Started(_Line):
    """`resumed_from`: the step of a checkpoint; `parameters`: the number of trained ones; `max_steps`: as resolved."""

    type: Literal["started"] = "started"
    max_steps: int
    steps_per_epoch: int
    resumed_from: int | None
    parameters: int
    device: str


class Step(_Line):
    """One optimisation step. `time` in seconds since the epoch, `step_time` in seconds, steps from 1, epochs from 0.

    `system`: the load of the process and its device, see `monitor`.
    """

    type: Literal["step"] = "step"
    step: int
    epoch: int
    time: float
    values: dict[str, float]
    learning_rate: float
    grad_norm: float
    step_time: float
    samples_per_second: float
    system: dict[str, float] = Field(default_factory=dict)


class Evaluated(_Line):
    """`values` has `val_loss` and its terms; of step 0 the figures of the base voice."""

    type: Literal["evaluated"] = "evaluated"
    step: int
    epoch: int
    time: float
    values: dict[str, float]


class CheckpointSaved(_Line):
    """`path` is the finished folder; `best`: the lowest `val_loss` of all so far; `sha256` of the weights;
    `samples`: names of audio files in the checkpoint; `removed`: steps pruned.
    """

    type: Literal["checkpoint"] = "checkpoint"
    step: int
    epoch: int
    path: Path
    size_bytes: int
    values: dict[str, float]
    best: bool
    sha256: str
    samples: tuple[str, ...] = ()
    removed: tuple[int, ...] = ()


class Log(_Line):
    type: Literal["log"] = "log"
    level: Level
    message: str
    time: float


class Finished(_Line):
    """`product`: the folder of the published result; None after a pause."""

    type: Literal["finished"] = "finished"
    step: int
    reason: FinishReason
    best_step: int | None
    last_step: int | None
    product: Path | None


class Failed(_Line):
    """`code` is one of shared/contracts/errors.py."""

    type: Literal["failed"] = "failed"
    code: str
    message: str
    hint: str | None = None


Message = Annotated[Started | Step | Evaluated | CheckpointSaved | Log | Finished | Failed, Field(discriminator="type")]
_MESSAGES: TypeAdapter[Message] = TypeAdapter(Message)


def parse_message(line: bytes | str) -> Message:
    """A line of the child's stdout. Raises `pydantic.ValidationError`."""
    return _MESSAGES.validate_json(line)


def read_spec(environment: Mapping[str, str]) -> RunSpec:
    """The run's spec. Raises `pydantic.ValidationError`, also if it is missing."""
    return RunSpec.model_validate_json(environment.get(SPEC_VARIABLE, ""))

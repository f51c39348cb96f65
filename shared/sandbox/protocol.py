"""What a caller allows the sandboxed process, and the messages between both: one JSON object in, one out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, JsonValue

from shared.contracts.errors import SokhanError


class SandboxLimits(BaseModel):
    """`memory_bytes`: beyond the memory of the libraries; `reserve_bytes`: by which the function may raise it.

    `seconds`: of wall-clock time; `file_bytes`: of one written file.
    """

    model_config = ConfigDict(frozen=True)

    memory_bytes: int
    reserve_bytes: int = 0
    cpu_seconds: int = 300
    seconds: float = 900.0
    file_bytes: int = 1 << 20


class FunctionCall(BaseModel):
    """`task`: module:function; `request`: its argument."""

    model_config = ConfigDict(frozen=True)

    task: str
    request: dict[str, JsonValue]
    limits: SandboxLimits
    readable: tuple[Path, ...]
    writable: tuple[Path, ...]


class Outcome(BaseModel):
    """The answer, or the code of an error; `detail`: of a bug, for the log."""

    model_config = ConfigDict(frozen=True)

    answer: dict[str, JsonValue] | None = None
    code: str = ""
    message: str = ""
    hint: str | None = None
    detail: str = ""


MEMORY = "MEMORY"
"""The code of a function that ran out of memory."""
UNSUPPORTED = "UNSUPPORTED"
"""The code of a system that lacks a required measure."""
BUG = "BUG"


@dataclass(frozen=True, slots=True)
class Sandbox:
    """`subject`: the content, for messages, such as “The checkpoint”; `refusal`: the error for exceeded limits.

    `raises`: the further errors that the function may report.
    """

    subject: str
    refusal: type[SokhanError]
    limits: SandboxLimits
    raises: tuple[type[SokhanError], ...] = ()

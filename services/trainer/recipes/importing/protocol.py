"""The messages between the run's child and the reader, and the reader's limits."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from shared.contracts.errors import UnsafeCheckpoint
from shared.sandbox.protocol import Sandbox, SandboxLimits

MOST_BYTES = 6 << 30
"""The memory limit of an import. Coqui's full size needs 3 GB: 145 MB of weights in a checkpoint of 1 GB."""
_MIB = 1 << 20
# For reading a config and counting a model's parameters, which allocates no weights.
_BEFORE_THE_FILE = 512 * _MIB

READER = Sandbox(
    subject="The checkpoint",
    refusal=UnsafeCheckpoint,
    limits=SandboxLimits(
        memory_bytes=_BEFORE_THE_FILE,
        reserve_bytes=MOST_BYTES - _BEFORE_THE_FILE,
        cpu_seconds=300,  # the largest real checkpoint takes some; a hostile pickle can run without end
        seconds=900.0,  # a checkpoint of 1 GB takes some ten seconds from a slow disk
        file_bytes=(1 << 30) + 16 * _MIB,
    ),
)


class ReadRequest(BaseModel):
    """All paths are absolute; `output`: an empty folder."""

    model_config = ConfigDict(frozen=True)

    checkpoint: Path
    config: Path
    language: str
    output: Path


class ReadAnswer(BaseModel):
    """`parameters` and `symbols`: their numbers in the model; `step` and `epoch` as in the checkpoint."""

    model_config = ConfigDict(frozen=True)

    parameters: int = 0
    symbols: int = 0
    step: int | None = None
    epoch: int | None = None

"""The device: what it is, and the memory that torch takes of it."""

from __future__ import annotations

import platform
import resource
from collections.abc import Callable
from typing import cast

from pydantic import BaseModel

_MIB = 2**20


class Nothing(BaseModel):
    """The argument of a job that takes none."""


class Machine(BaseModel):
    """`device`: the GPU's name, or why there is none; `memory_mib`: the GPU's."""

    cuda: bool
    device: str
    memory_mib: int = 0
    python: str
    torch: str
    cuda_version: str = ""
    cudnn: int = 0


class Peak(BaseModel):
    """MiB. On a GPU what tensors took and what torch reserved; on the CPU the process's peak, as both."""

    allocated: float
    reserved: float

    def __str__(self) -> str:
        return f"{self.allocated:,.0f} MiB of tensors, {self.reserved:,.0f} MiB reserved"


def describe(_: Nothing) -> Machine:
    import torch

    python, version = platform.python_version(), torch.__version__
    if not torch.cuda.is_available():
        reason = "torch sees no CUDA device" if torch.version.cuda else "this build of torch has no CUDA"
        return Machine(cuda=False, device=reason, python=python, torch=version)
    properties = torch.cuda.get_device_properties(0)
    return Machine(
        cuda=True,
        device=properties.name,
        memory_mib=properties.total_memory // _MIB,
        python=python,
        torch=version,
        cuda_version=torch.version.cuda or "",
        cudnn=cast("Callable[[], int | None]", torch.backends.cudnn.version)() or 0,
    )


def reset_peak() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()


def peak() -> Peak:
    """Since `reset_peak` on a GPU, since the process's start on a CPU."""
    import torch

    if torch.cuda.is_available():
        return Peak(
            allocated=torch.cuda.max_memory_allocated() / _MIB, reserved=torch.cuda.max_memory_reserved() / _MIB
        )
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Peak(allocated=resident, reserved=resident)

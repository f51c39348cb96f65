"""The devices and processes of a run that trains with torch."""

from __future__ import annotations

import os
from datetime import timedelta

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, InitProcessGroupKwargs

from services.trainer.interface.parameters import Parameters
from shared.contracts.errors import Validation


def make_accelerator(parameters: Parameters) -> Accelerator:
    """The run's `Accelerator`. Raises `Validation` for a device that this machine lacks."""
    limit_threads()
    if parameters.device == "cuda" and not torch.cuda.is_available():
        raise Validation("device is cuda, but this machine has no CUDA device.", hint="Use auto or cpu.")
    cpu = parameters.device == "cpu" or not torch.cuda.is_available()
    if cpu and parameters.precision != "fp32":
        raise Validation("precision is bf16, which needs a CUDA device.", hint="Use fp32 on a CPU.")
    # A step of VITS trains its two networks in turn, so each backward pass leaves parameters unused.
    distributed = DistributedDataParallelKwargs(find_unused_parameters=True, broadcast_buffers=False)
    # The others wait while one process reads the dataset or writes a checkpoint, longer than NCCL's ten minutes.
    waiting = InitProcessGroupKwargs(timeout=timedelta(hours=12))
    precision = "no" if parameters.precision == "fp32" else parameters.precision
    return Accelerator(cpu=cpu, mixed_precision=precision, kwargs_handlers=[distributed, waiting])


def limit_threads() -> None:
    """Leave one core free, unless OMP_NUM_THREADS is set: a torch thread without a free core stalls all the others.

    Measured on two cores: two threads take 0.4 s a step alone, 2.7 s with other load; one takes 0.5 s and 1.1 s.
    """
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) - 1))

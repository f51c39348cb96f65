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
    """Raises `Validation` for a device that this machine lacks."""
    limit_threads()
    if parameters.device == "cuda" and not torch.cuda.is_available():
        raise Validation("device is cuda, but this machine has no CUDA device.", hint="Take auto or cpu.")
    cpu = parameters.device == "cpu" or not torch.cuda.is_available()
    if cpu and parameters.precision != "fp32":
        raise Validation("precision is bf16, which needs a CUDA device.", hint="Take fp32 on a CPU.")
    # A step of VITS trains its two networks in turn, so each backward pass leaves the other one out.
    distributed = DistributedDataParallelKwargs(find_unused_parameters=True, broadcast_buffers=False)
    # One process reads the data set and writes the checkpoints; the others wait for it, longer than NCCL's ten minutes.
    waiting = InitProcessGroupKwargs(timeout=timedelta(hours=12))
    precision = "no" if parameters.precision == "fp32" else parameters.precision
    return Accelerator(cpu=cpu, mixed_precision=precision, kwargs_handlers=[distributed, waiting])


def limit_threads() -> None:
    """torch's threads wait for each other at every operation; one that shares its core stalls all of them.

    Measured on two cores: two threads take 0.4 s a step alone, 2.7 s beside other work; one takes 0.5 s and 1.1 s.
    Somebody who knows better sets OMP_NUM_THREADS.
    """
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(max(1, len(os.sched_getaffinity(0)) - 1))

"""The precisions worth calibrating on a device, tested once with one convolution.

A CPU without bfloat16 instructions takes a hundred times as long in it: a whole test sentence would take minutes.
"""

from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from services.synth.engines.protocol import Precision

if TYPE_CHECKING:
    import torch

_CHANNELS, _FRAMES, _KERNEL = 128, 400, 7  # as in the middle of a VITS decoder


def precisions(device: torch.device) -> tuple[Precision, ...]:
    """The candidates, full precision first. On a GPU half precision is always one."""
    if device.type == "cuda":
        return ("float32", "float16")
    return ("float32", "bfloat16") if _bfloat16_is_faster() else ("float32",)


@lru_cache(maxsize=1)
def _bfloat16_is_faster() -> bool:
    import torch

    def seconds(dtype: torch.dtype) -> float:
        layer = torch.nn.Conv1d(_CHANNELS, _CHANNELS, _KERNEL, dtype=dtype)
        signal = torch.ones(1, _CHANNELS, _FRAMES, dtype=dtype)
        layer(signal)
        started = time.perf_counter()
        layer(signal)
        return time.perf_counter() - started

    with torch.inference_mode(), torch.random.fork_rng([]):
        return seconds(torch.bfloat16) < seconds(torch.float32)

"""What a device may gain by computing in fewer bits: asked once with one convolution, before a voice is tried in them.

A processor that has no instructions for bfloat16 takes a hundred times as long in it: trying a whole sentence on such
a one would keep the first listener waiting for minutes.
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
    """The exact one first. On a GPU half precision is always worth a try."""
    if device.type == "cuda":
        return ("float32", "float16")
    return ("float32", "bfloat16") if _bfloat16_is_faster() else ("float32",)


@lru_cache(maxsize=1)
def _bfloat16_is_faster() -> bool:
    import torch

    def seconds(dtype: torch.dtype) -> float:
        layer = torch.nn.Conv1d(_CHANNELS, _CHANNELS, _KERNEL, dtype=dtype)
        given = torch.ones(1, _CHANNELS, _FRAMES, dtype=dtype)
        layer(given)
        started = time.perf_counter()
        layer(given)
        return time.perf_counter() - started

    with torch.inference_mode(), torch.random.fork_rng([]):
        return seconds(torch.bfloat16) < seconds(torch.float32)

"""What a run costs the machine: processor and memory of its process, and of its GPU by NVML."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil

# NVML answers in a millisecond, a step may take less: a look a second costs nothing beside either.
_EVERY_S = 1.0
_MB = 1_000_000


class Monitor:
    """`gpu` is the device's index as CUDA counts it here; none on a CPU."""

    def __init__(self, gpu: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._process = psutil.Process()
        self._process.cpu_percent()  # the first call only sets the mark
        self._nvml: Any = None
        self._handle: Any = None
        if gpu is not None:
            self._nvml, self._handle = _open(gpu)
        self._looked_at = float("-inf")
        self._latest: dict[str, float] = {}

    def latest(self) -> dict[str, float]:
        """`cpu_percent` (100 is one core), `memory_mb`, and on a GPU `gpu_percent` and `gpu_memory_mb`."""
        now = self._clock()
        if now - self._looked_at >= _EVERY_S:
            self._looked_at, self._latest = now, self._measure()
        return self._latest

    def _measure(self) -> dict[str, float]:
        found = {"cpu_percent": self._process.cpu_percent(), "memory_mb": self._process.memory_info().rss / _MB}
        if self._nvml is not None:
            with suppress(self._nvml.NVMLError):
                found["gpu_percent"] = float(self._nvml.nvmlDeviceGetUtilizationRates(self._handle).gpu)
                found["gpu_memory_mb"] = self._nvml.nvmlDeviceGetMemoryInfo(self._handle).used / _MB
        return found


def _open(gpu: int) -> tuple[Any, Any]:
    """NVML counts all devices of the machine, CUDA those that it may see: they meet in the device's UUID."""
    try:
        import pynvml  # type: ignore[import-not-found, import-untyped, unused-ignore]
        import torch

        pynvml.nvmlInit()
        uuid = f"GPU-{torch.cuda.get_device_properties(gpu).uuid}"
        return pynvml, pynvml.nvmlDeviceGetHandleByUUID(uuid)
    except Exception:  # a driver without NVML, a slice of a GPU, a container without it: the run matters more
        return None, None

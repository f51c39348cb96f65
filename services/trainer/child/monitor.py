"""The load of a run: CPU and memory of its process, and its GPU's by NVML."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psutil

# NVML takes a millisecond, a step possibly less: one measurement a second costs nothing.
_EVERY_S = 1.0
_MB = 1_000_000


class Monitor:
    """`gpu`: CUDA's index of the device in this process; None on a CPU."""

    def __init__(self, gpu: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._process = psutil.Process()
        self._process.cpu_percent()  # the first call starts the interval
        self._nvml: Any = None
        self._handle: Any = None
        if gpu is not None:
            self._nvml, self._handle = _open(gpu)
        self._measured_at = float("-inf")
        self._latest: dict[str, float] = {}

    def latest(self) -> dict[str, float]:
        """`cpu_percent` (100 is one core), `memory_mb`, and on a GPU `gpu_percent` and `gpu_memory_mb`."""
        now = self._clock()
        if now - self._measured_at >= _EVERY_S:
            self._measured_at, self._latest = now, self._measure()
        return self._latest

    def _measure(self) -> dict[str, float]:
        load = {"cpu_percent": self._process.cpu_percent(), "memory_mb": self._process.memory_info().rss / _MB}
        if self._nvml is not None:
            with suppress(self._nvml.NVMLError):
                load["gpu_percent"] = float(self._nvml.nvmlDeviceGetUtilizationRates(self._handle).gpu)
                load["gpu_memory_mb"] = self._nvml.nvmlDeviceGetMemoryInfo(self._handle).used / _MB
        return load


def gpu_index(device: object) -> int | None:
    """CUDA's index of a torch device, None on a CPU. accelerate's device of a single process is `cuda`: the first."""
    kind, _, index = str(device).partition(":")
    return int(index or 0) if kind == "cuda" else None


def _open(gpu: int) -> tuple[Any, Any]:
    """The NVML handle of a CUDA device, by its UUID: NVML numbers all devices, CUDA only the visible ones."""
    try:
        import pynvml  # type: ignore[import-not-found, import-untyped, unused-ignore]
        import torch

        pynvml.nvmlInit()
        uuid = f"GPU-{torch.cuda.get_device_properties(gpu).uuid}"
        return pynvml, pynvml.nvmlDeviceGetHandleByUUID(uuid)
    except Exception:  # a driver or container without NVML, a GPU slice: run without these metrics
        return None, None

"""Measures the load of this process from /proc; what a system does not have is None."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from shared.contracts.system import GpuLoad, ServiceLoad

# A second request within this time gets the same percentage: a shorter interval is mostly noise.
_INTERVAL_S = 1.0
_STATM = Path("/proc/self/statm")


def no_gpus() -> tuple[GpuLoad, ...]:
    """Of a service that does not compute on GPUs."""
    return ()


class ProcessLoad:
    """`gpus` reads the machine's GPUs; it may block for some milliseconds. `cpu` counts seconds of processor time."""

    def __init__(
        self,
        gpus: Callable[[], tuple[GpuLoad, ...]] = no_gpus,
        clock: Callable[[], float] = time.monotonic,
        cpu: Callable[[], float] = time.process_time,
    ) -> None:
        self._gpus = gpus
        self._clock = clock
        self._cpu = cpu
        self._started = clock()
        self._last = (self._started, cpu())
        self._percent: float | None = None

    def measure(self) -> ServiceLoad:
        """Blocking."""
        now = self._clock()
        elapsed = now - self._last[0]
        if elapsed >= _INTERVAL_S:
            used = self._cpu()
            self._percent = round(100 * (used - self._last[1]) / elapsed, 1)
            self._last = (now, used)
        return ServiceLoad(
            memory=_resident(), cpu=self._percent, uptime=round(now - self._started, 1), gpus=self._gpus()
        )


def _resident() -> int | None:
    with suppress(OSError, ValueError, IndexError):
        return int(_STATM.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return None

"""Measures the process itself in the background: the lag of its event loop, and the GPUs that it computes on."""

from __future__ import annotations

import asyncio

from shared.service.health import Health
from shared.telemetry import Metrics

_TIMER_S = 0.5
_GPUS_S = 15.0


async def measure_process(metrics: Metrics, health: Health, *, gpus: bool) -> None:
    """Runs until it is cancelled."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_measure_lag(metrics))
        if gpus:
            group.create_task(_measure_gpus(metrics, health))


async def _measure_lag(metrics: Metrics) -> None:
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + _TIMER_S
        await asyncio.sleep(_TIMER_S)
        metrics.runtime.timer_was_late(clock() - due)


async def _measure_gpus(metrics: Metrics, health: Health) -> None:
    while True:
        load = await health.load()
        if load is not None:
            metrics.runtime.gpus_measured(load.gpus)
        await asyncio.sleep(_GPUS_S)

"""Runs all checks, each within a limit; one that fails itself is a finding and stops no other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

from shared.config import Settings
from shared.doctor.bus import CHECK as BUS
from shared.doctor.bus import check_bus
from shared.doctor.clock import check_clock
from shared.doctor.data_folder import CHECK as DATA
from shared.doctor.data_folder import check_data_folder
from shared.doctor.gpu import CHECK as GPU
from shared.doctor.gpu import check_gpu
from shared.doctor.hub import CHECK as HUB
from shared.doctor.hub import HubAnswer, check_hub, summed_up
from shared.doctor.objects import CHECK as OBJECTS
from shared.doctor.objects import check_objects
from shared.doctor.parts import PORT, PartsAnswer, check_parts
from shared.doctor.platform import running_platform
from shared.doctor.report import Finding, Level, warning
from shared.doctor.settings import check_settings
from shared.doctor.store import CHECK as STORE
from shared.doctor.store import check_store

LIMIT_S = 40.0
"""Above the four steps of a Hub that answers none in time."""


async def examine(now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> list[Finding]:
    """The findings of all checks, in a fixed order. Without valid settings, those that need none."""
    settings, findings = await asyncio.to_thread(check_settings)
    if settings is None:
        return [*findings, *await _limited(GPU, asyncio.to_thread(check_gpu, None))]
    skews: dict[str, float] = {}
    data, objects, store, bus, parts, hub, gpu = await asyncio.gather(
        _limited(DATA, asyncio.to_thread(check_data_folder, settings.data)),
        _limited(OBJECTS, asyncio.to_thread(check_objects, settings)),
        _limited(STORE, check_store(settings)),
        _limited(BUS, _bus(settings)),
        _limited(PORT, _parts(settings, now, skews)),
        _limited(HUB, _hub(settings, now, skews)),
        _limited(GPU, asyncio.to_thread(check_gpu, settings)),
    )
    return [*findings, *data, *objects, *store, *bus, *parts, *check_clock(skews), *gpu, *hub]


async def _bus(settings: Settings) -> list[Finding]:
    return await check_bus(settings, await asyncio.to_thread(running_platform, settings.data.absolute()))


async def _parts(settings: Settings, now: Callable[[], datetime], skews: dict[str, float]) -> list[Finding]:
    running = await asyncio.to_thread(running_platform, settings.data.absolute())
    answer: PartsAnswer = await check_parts(settings, running, now)
    if answer.skew is not None:
        skews["the gateway"] = answer.skew
    return answer.findings


async def _hub(settings: Settings, now: Callable[[], datetime], skews: dict[str, float]) -> list[Finding]:
    answers: list[HubAnswer] = await check_hub(settings, now)
    for url, answer in zip(settings.hub_endpoints, answers, strict=True):
        if answer.skew is not None:
            skews[urlsplit(url).hostname or url] = answer.skew
    return summed_up(answers)


async def _limited(check: str, work: Awaitable[list[Finding]]) -> list[Finding]:
    try:
        async with asyncio.timeout(LIMIT_S):
            return await work
    except TimeoutError:
        return [Finding(check, Level.PROBLEM, f"The check did not end within {LIMIT_S:.0f} s.")]
    except ImportError as error:
        advice = "Install Sokhan with the extras of the services that run here (README)."
        return [warning(check, f"It cannot be checked here: {error.name or error} is not installed.", advice)]
    except Exception as error:  # a check must not hide the others
        return [Finding(check, Level.PROBLEM, f"The check failed: {type(error).__name__}: {error}")]

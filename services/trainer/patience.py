"""Waits for the bucket of a remote worker: an outage is no fault of a run, and takes none of its attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from services.trainer.context import TrainingContext
from shared.contracts.errors import Unavailable
from shared.jobs import Interrupt
from shared.tasks import wait_set
from shared.telemetry import get_logger

_LOG = get_logger("trainer")
_AGAIN_S = 5.0
T = TypeVar("T")


async def patiently(context: TrainingContext, action: Callable[[], Awaitable[T]]) -> T:
    """Repeat an action while it raises `Unavailable`. Raises `Interrupted` if the run is to be left, but for a stop."""
    while True:
        try:
            return await action()
        except Unavailable as error:
            _LOG.warning("waiting_for_the_bucket", reason=error.message)
        if context.interrupt is Interrupt.STOP:  # it publishes what it has, and ends
            await asyncio.sleep(_AGAIN_S)
        elif await wait_set(context.interrupted, _AGAIN_S):
            context.check()

"""Runs long blocking work of a job in a thread that can be interrupted and is always awaited."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from services.synth.longform.context import SpeechContext
from shared.jobs import Interrupt, Interrupted

T = TypeVar("T")
Check = Callable[[], None]
"""Raises `Interrupted` when the work must end; cheap, and safe in any thread."""


async def in_thread(context: SpeechContext, work: Callable[[Check], T]) -> T:
    """Run `work` in a thread. A cancellation waits for the thread to end: no write happens after the lock's release."""
    cancelled = threading.Event()

    def check() -> None:
        context.check()
        if cancelled.is_set():
            raise Interrupted(Interrupt.SHUTDOWN)

    running = asyncio.ensure_future(asyncio.to_thread(work, check))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        cancelled.set()
        await asyncio.wait({running})
        if not running.cancelled():
            running.exception()  # retrieved, so that asyncio does not log it: the cancellation takes precedence
        raise

"""Long blocking work of a job in a thread: it hears when the job is asked to leave, and is never walked away from."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import TypeVar

from services.synth.longform.context import SpeechContext
from shared.jobs import Interrupt, Interrupted

T = TypeVar("T")
Check = Callable[[], None]
"""Raises `Interrupted` when the work is to end; cheap, and safe in any thread."""


async def in_thread(context: SpeechContext, work: Callable[[Check], T]) -> T:
    """A cancellation waits until the thread has ended: what it writes is written before the lock is given back."""
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
            running.exception()  # looked at; the cancellation is what counts
        raise

"""Ctrl-C that always works, also where a library swallows one cancellation on its way out of a connection."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Coroutine

_AGAIN_S = 0.2


class Interrupted(Exception):
    """The user pressed Ctrl-C."""


async def interruptible(work: Coroutine[object, object, None]) -> None:
    """Run the work; on SIGINT cancel it until it has ended, and raise `Interrupted`."""
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    pressed = False

    def end() -> None:
        nonlocal pressed
        pressed = True
        if not task.done():
            task.cancel()
            loop.call_later(_AGAIN_S, end)

    loop.add_signal_handler(signal.SIGINT, end)
    try:
        await asyncio.wait({task})
    finally:
        loop.remove_signal_handler(signal.SIGINT)
    if pressed:
        raise Interrupted
    await task

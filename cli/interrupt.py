"""Ctrl-C that always works, also where a library swallows one cancellation on its way out of a connection."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

_AGAIN_S = 0.2
Farewell = Callable[[], Awaitable[bool]]
"""Runs after the first Ctrl-C; whether it told the user what becomes of the work."""


class UserInterrupt(Exception):
    """The user pressed Ctrl-C. `said`: and knows already what that means."""

    def __init__(self, *, said: bool = False) -> None:
        super().__init__()
        self.said = said


async def interruptible(work: Coroutine[object, object, None], farewell: Farewell | None = None) -> None:
    """Run the work; on SIGINT cancel it until it has ended, and raise `UserInterrupt`.

    A farewell comes in between: it may take its time, and a second SIGINT ends it.
    """
    presses = asyncio.Queue[None]()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, presses.put_nowait, None)
    try:
        task = asyncio.ensure_future(work)
        if not await _ended_by(task, presses):
            return await task
        said = False
        if farewell is not None:
            parting = asyncio.ensure_future(farewell())
            pressed_again = await _ended_by(parting, presses)
            said = not pressed_again and await parting
        raise UserInterrupt(said=said)
    finally:
        loop.remove_signal_handler(signal.SIGINT)


async def _ended_by(task: asyncio.Future[Any], presses: asyncio.Queue[None]) -> bool:
    """Wait until the task has ended; whether a press ended it."""
    press = asyncio.ensure_future(presses.get())
    try:
        await asyncio.wait({task, press}, return_when=asyncio.FIRST_COMPLETED)
        pressed = press.done()
        while pressed and not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_AGAIN_S)
        if pressed and not task.cancelled():
            task.exception()  # whatever it stumbled over on its way out
        return pressed
    finally:
        press.cancel()

"""Ctrl-C handling that also works if a library swallows a cancellation."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

_AGAIN_S = 0.2
Farewell = Callable[[], Awaitable[bool]]
"""Runs after the first Ctrl-C. Returns whether it has informed the user about the state of the work."""


class UserInterrupt(Exception):
    """The user pressed Ctrl-C. `informed`: a message about the state of the work has been shown."""

    def __init__(self, *, informed: bool = False) -> None:
        super().__init__()
        self.informed = informed


async def interruptible(work: Coroutine[object, object, None], farewell: Farewell | None = None) -> None:
    """Run the work. On SIGINT cancel it, repeatedly until it ends, run `farewell`, and raise `UserInterrupt`.

    A second SIGINT cancels the farewell.
    """
    presses = asyncio.Queue[None]()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, presses.put_nowait, None)
    try:
        task = asyncio.ensure_future(work)
        if not await _ended_by(task, presses):
            return await task
        informed = False
        if farewell is not None:
            parting = asyncio.ensure_future(farewell())
            pressed_again = await _ended_by(parting, presses)
            informed = not pressed_again and await parting
        raise UserInterrupt(informed=informed)
    finally:
        loop.remove_signal_handler(signal.SIGINT)


async def _ended_by(task: asyncio.Future[Any], presses: asyncio.Queue[None]) -> bool:
    """Wait until the task has ended. Returns whether Ctrl-C ended it."""
    press = asyncio.ensure_future(presses.get())
    try:
        await asyncio.wait({task, press}, return_when=asyncio.FIRST_COMPLETED)
        pressed = press.done()
        while pressed and not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_AGAIN_S)
        if pressed and not task.cancelled():
            task.exception()  # mark an error of the cancelled task as retrieved
        return pressed
    finally:
        press.cancel()

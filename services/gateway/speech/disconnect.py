"""Cancels work of a request whose client has disconnected."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from starlette.requests import Request

from services.gateway.speech.encoding import EncodedSpeech

# Loading a voice and waiting in the queue take seconds: a client that disconnects meanwhile frees its place.
_POLL_INTERVAL_S = 0.5


async def while_connected(request: Request, speaking: Coroutine[None, None, EncodedSpeech]) -> EncodedSpeech | None:
    """The result of `speaking`; None after a disconnect, with the work cancelled. Raises what `speaking` raises."""
    task = asyncio.create_task(speaking)
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_POLL_INTERVAL_S)
            if not task.done() and await request.is_disconnected():
                return None
        return task.result()
    finally:
        if not task.done():
            await _forget(task)


async def _forget(task: asyncio.Task[EncodedSpeech]) -> None:
    task.cancel()
    (outcome,) = await asyncio.gather(task, return_exceptions=True)
    if isinstance(outcome, EncodedSpeech):  # it ended at the same moment
        await outcome.aclose()

"""Waiting for the first audio, for as long as somebody waits for it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from starlette.requests import Request

from services.gateway.speech.encoding import EncodedSpeech

# A voice may have to be loaded, and others come first: who hangs up meanwhile gives his place to the next.
_POLL_INTERVAL_S = 0.5


async def while_listened(request: Request, speaking: Coroutine[None, None, EncodedSpeech]) -> EncodedSpeech | None:
    """None once the client has hung up; then nothing is left under way. Raises what `speaking` raises."""
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
    if isinstance(outcome, EncodedSpeech):  # it came in the very moment
        await outcome.aclose()

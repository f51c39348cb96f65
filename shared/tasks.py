"""Waits and races of asyncio. None of them leaves a task running."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def wait_set(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event, at most `seconds`. Returns whether it is set."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True


async def unless(stop: asyncio.Event, work: Awaitable[T]) -> T | None:
    """The result of `work`; None if `stop` is set first, with the work cancelled and its end awaited.

    Raises what `work` raises.
    """
    task = asyncio.ensure_future(work)
    stopped = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _cancel(stopped)
        if not task.done():
            await _cancel(task)
    return None if task.cancelled() else task.result()


async def in_thread(work: Callable[[], T], stop: Callable[[], None]) -> T:
    """Run blocking work in a thread. A cancellation calls `stop`, which makes the work end soon, and awaits its end."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        stop()
        await asyncio.gather(running, return_exceptions=True)
        raise


async def until_first(*works: Coroutine[Any, Any, object]) -> None:
    """Run all until the first ends; cancel the others and await their end. Raises the error of the first, if any."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        await _cancel(*tasks)
    for task in done:
        task.result()


async def _cancel(*tasks: asyncio.Future[Any]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

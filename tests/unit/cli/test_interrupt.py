"""Ctrl-C once, and twice."""

from __future__ import annotations

import asyncio
import os
import signal
import time

import pytest

from cli.interrupt import UserInterrupt, interruptible


def press() -> None:
    os.kill(os.getpid(), signal.SIGINT)


async def pressed_at_once() -> None:
    press()
    await asyncio.sleep(60)


async def stubborn() -> None:
    """A library that swallows one cancellation."""
    press()
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(60)


async def test_work_that_is_not_interrupted_ends_as_it_ends() -> None:
    async def fails() -> None:
        raise ValueError("its own")

    await interruptible(asyncio.sleep(0))
    with pytest.raises(ValueError, match="its own"):
        await interruptible(fails())


@pytest.mark.parametrize("work", [pressed_at_once, stubborn])
async def test_the_first_one_ends_the_work_and_lets_it_say_farewell(work: object) -> None:
    said: list[str] = []

    async def farewell() -> bool:
        await asyncio.sleep(0.05)
        said.append("paused")
        return True

    with pytest.raises(UserInterrupt) as interrupted:
        await interruptible(work(), farewell)  # type: ignore[operator]
    assert interrupted.value.informed is True
    assert said == ["paused"]


async def test_the_second_one_leaves_at_once() -> None:
    async def farewell() -> bool:
        press()
        await asyncio.sleep(60)
        return True

    began = time.monotonic()
    with pytest.raises(UserInterrupt) as interrupted:
        await interruptible(pressed_at_once(), farewell)
    assert interrupted.value.informed is False
    assert time.monotonic() - began < 2


async def test_without_a_farewell_nothing_was_said() -> None:
    with pytest.raises(UserInterrupt) as interrupted:
        await interruptible(pressed_at_once())
    assert interrupted.value.informed is False


async def test_a_farewell_that_fails_is_heard() -> None:
    async def farewell() -> bool:
        raise ConnectionError("no gateway")

    with pytest.raises(ConnectionError):
        await interruptible(pressed_at_once(), farewell)

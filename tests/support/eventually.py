"""Waiting for what a test has set going, instead of sleeping for as long as it usually takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def eventually(condition: Callable[[], object], what: str, limit: float = 10) -> None:
    """Poll until it is true. Raises `AssertionError` with what did not happen in `limit` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + limit
    while not condition():
        assert loop.time() < deadline, f"not within {limit:g} s: {what}"
        await asyncio.sleep(0.005)

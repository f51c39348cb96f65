"""Runs `async def` tests, each in an event loop of its own and under a time limit."""

from __future__ import annotations

import asyncio
import inspect

import hypothesis
import pytest

# A machine that is busy makes no example wrong; the test's own limit ends what hangs.
hypothesis.settings.register_profile("sokhan", deadline=None)
hypothesis.settings.load_profile("sokhan")

ASYNC_LIMIT_S = 90.0
"""Above the slowest recovery test (two leases and a restart), below pytest's own limit, which kills without a trace."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    arguments = {name: pyfuncitem.funcargs[name] for name in names}

    async def bounded() -> None:
        await asyncio.wait_for(pyfuncitem.obj(**arguments), ASYNC_LIMIT_S)

    asyncio.run(bounded())
    return True

"""One thread a process, one worker for each expensive fixture, a limit for each test, and a last line that sums up."""

from __future__ import annotations

import asyncio
import inspect
import os

import hypothesis
import pytest

from tests.support.last_line import LastLine
from tests.support.scheduler import Grouping

# torch reads these when it is imported, which is later than this.
# Two test processes whose threads fight for two cores take 2.7 times as long.
for _variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

# A machine that is busy makes no example wrong; the test's own limit ends what hangs.
hypothesis.settings.register_profile("sokhan", deadline=None)
hypothesis.settings.load_profile("sokhan")

ASYNC_LIMIT_S = 90.0
"""Above the slowest recovery test (two leases and a restart), below pytest's own limit, which kills without a trace."""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Grouping(config))
    if not hasattr(config, "workerinput"):  # of several test processes, the one that reports
        config.pluginmanager.register(LastLine(config))


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

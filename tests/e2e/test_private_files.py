"""Files of the data folder are their owner's only."""

from __future__ import annotations

import stat
from pathlib import Path

import httpx2
import pytest

from shared.trust import NOBODY
from tests.support.processes import wait_until
from tests.support.up import Up, running_up


def open_to_others(data: Path) -> list[str]:
    """The entries that somebody else may read, enter or write."""
    return sorted(
        f"{oct(stat.S_IMODE(path.lstat().st_mode))} {path.relative_to(data)}"
        for path in data.rglob("*")
        if not path.is_symlink() and stat.S_IMODE(path.lstat().st_mode) & 0o077
    )


def speak(up: Up) -> None:
    body = {"model": "sokhan", "voice": "espeak-fa", "input": "سلام"}
    answer = httpx2.post(f"{up.url}/v1/audio/speech", json=body, timeout=30, trust_env=False, verify=NOBODY)
    assert answer.status_code == 200, answer.text


@pytest.mark.siege
def test_files_and_logs_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (data / "models").mkdir(parents=True)  # as an earlier version left them
    (data / "logs").mkdir()
    (data / "models").chmod(0o755)
    (data / "logs").chmod(0o755)
    (data / "sokhan.db").touch(0o644)
    with running_up(tmp_path) as up:
        speak(up)
        wait_until((data / "models/sokhan/base-fa/config.json").exists, 30, "the base voice is installed")
        assert {path.name for path in (data / "logs").iterdir()} >= {"gateway.log", "nats.log", "synth.log"}
        assert open_to_others(data) == []


@pytest.mark.siege
def test_a_folder_of_somebody_elses_keeps_its_permissions(tmp_path: Path) -> None:
    """The data folder may hold other files; only those of Sokhan become private."""
    data = tmp_path / "data"
    (data / "photos").mkdir(parents=True)
    data.chmod(0o755)
    (data / "photos").chmod(0o755)
    with running_up(tmp_path):
        assert stat.S_IMODE(data.stat().st_mode) == 0o755
        assert stat.S_IMODE((data / "photos").stat().st_mode) == 0o755
        assert [line for line in open_to_others(data) if "photos" not in line] == []

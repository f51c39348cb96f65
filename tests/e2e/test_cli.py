"""The command line: what it prints, and what its exit status says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command_line import sokhan_command
from tests.support.hub import TestHub
from tests.support.ljspeech import files, zipped
from tests.support.platform import Platform
from tests.support.processes import ROOT


def bare(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOKHAN_PATIENCE": "0", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_pull_downloads_and_says_where(sokhan: Platform, hub: TestHub) -> None:
    hub.put("ns/pulled", {"config.json": b'{"model_type": "bert"}', "model.safetensors": bytes(100_000)})
    done = sokhan_command(sokhan, "pull", "ns/pulled")
    assert done.returncode == 0, done.stderr
    assert "models/ns/pulled" in done.stdout
    assert "100.3 kB" in done.stdout
    document = json.loads(sokhan_command(sokhan, "pull", "ns/pulled", "--json").stdout)
    assert document["state"] == "completed"


def test_a_folder_is_packed_and_added(sokhan: Platform, tmp_path: Path) -> None:
    for name, content in files().items():
        path = tmp_path / "my folder" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    done = sokhan_command(sokhan, "datasets", "add", str(tmp_path / "my folder"), "--name", "from-folder")
    assert done.returncode == 0, done.stderr
    assert "local/from-folder: 4 utterances" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("pull", "ns/nothing-here"), "GATED_REPO"),
        (("say", ""), "validation"),
        (("say", "سلام", "--voice", "nobody"), "not_found"),
        (("logs", "none"), "NOT_FOUND"),
        (("cancel", "none"), "NOT_FOUND"),
        (("train", "--dataset", "local/none", "--set", "batch_size=0"), "VALIDATION"),
    ],
)
def test_what_fails_says_so_and_exits_with_1(sokhan: Platform, arguments: tuple[str, ...], code: str) -> None:
    done = sokhan_command(sokhan, *arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stderr.startswith(("error:", "ns/nothing-here"))
    assert code in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broken_dataset_is_explained(sokhan: Platform, tmp_path: Path) -> None:
    archive = tmp_path / "broken.zip"
    content = files()
    del content["wavs/u1.wav"]
    archive.write_bytes(zipped(content))
    done = sokhan_command(sokhan, "datasets", "add", str(archive))
    assert done.returncode == 1
    assert "wavs/u1.wav" in done.stderr
    assert "BAD_DATASET" in done.stderr


def test_without_a_gateway_the_exit_status_is_3(tmp_path: Path) -> None:
    done = bare("jobs", SOKHAN_URL="http://127.0.0.1:9")
    assert done.returncode == 3
    assert "sokhan up" in done.stderr


def test_a_wrong_setting_is_2() -> None:
    done = bare("jobs", SOKHAN_PATIENCE="long")
    assert done.returncode == 2
    assert "SOKHAN_PATIENCE" in done.stderr

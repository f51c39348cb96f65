"""One real run, shared by everything that needs a checkpoint that speaks: training is what takes long here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from cli.demo.dataset import write_archive
from tests.support.command_line import sokhan_command
from tests.support.platform import Platform

CONFIG = {
    "preset": "tiny",
    "quality_utterances": 0,
    "max_steps": 6,
    "batch_size": 4,
    "evaluate_every": 6,
    "checkpoint_every": 2,
    "keep_checkpoints": 5,
}


@pytest.fixture(scope="session")
def voice_dataset(sokhan: Platform, tmp_path_factory: pytest.TempPathFactory) -> str:
    archive: Path = tmp_path_factory.mktemp("data") / "kept-voice.zip"
    write_archive(archive)
    done = sokhan_command(sokhan, "datasets", "add", str(archive), "--json")
    assert done.returncode == 0, done.stderr
    return "local/kept-voice"


@pytest.fixture(scope="session")
def trained(sokhan: Platform, voice_dataset: str) -> str:
    """The id of a run with checkpoints at 2, 4 and 6."""
    with sokhan.client() as client:
        wish = {"recipe": "vits", "datasets": [voice_dataset], "config": CONFIG, "name": "kept"}
        answer = client.post("/api/training", json=wish)
    assert answer.status_code == 202, answer.text
    run = str(answer.json()["data"]["id"])
    done = sokhan.wait_job(f"/api/training/{run}", 200)
    assert done["state"] == "completed", done
    return run


@pytest.fixture
def client(sokhan: Platform) -> Iterator[httpx2.Client]:
    with sokhan.client() as made:
        yield made

"""The examples, as a user runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from services.trainer.interface.protocol import CheckpointSaved, Finished, RunSpec, Started
from services.trainer.recipes import find_recipe
from tests.support.audio import heard
from tests.support.platform import Platform
from tests.support.processes import wait_until
from tests.support.training import Child

EXAMPLES = Path(__file__).parents[2] / "examples"
LIMIT_S = 60.0


def environment(built: Platform) -> dict[str, str]:
    return {**os.environ, "SOKHAN_URL": built.url, "NO_PROXY": "127.0.0.1"}


def run(built: Platform, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        check=False,
        env=environment(built),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_openais_client_speaks(sokhan: Platform, tmp_path: Path) -> None:
    said = run(sokhan, str(EXAMPLES / "openai_client.py"), "سلام دنیا", str(tmp_path / "out.mp3"))
    assert "out.mp3" in said
    assert heard((tmp_path / "out.mp3").read_bytes(), "mp3").seconds > 0.3


def test_the_configuration_is_one_that_the_recipe_takes() -> None:
    wanted = json.loads((EXAMPLES / "training.json").read_text())
    assert find_recipe(wanted["recipe"]).parse(wanted["config"])


def test_a_run_is_started_and_watched_by_two_programs(sokhan: Platform, tmp_path: Path) -> None:
    folder = sokhan.data / "datasets" / "examples" / "texts"
    folder.mkdir(parents=True)
    (folder / "train.jsonl").write_text('{"text": "سلام دنیا"}\n' * 20, encoding="utf-8")
    wanted = {"recipe": "toy", "name": "example", "datasets": ["examples/texts"], "config": {"checkpoint_every": 5}}
    (tmp_path / "training.json").write_text(json.dumps(wanted))
    with sokhan.client() as client:
        wait_until(lambda: client.get("/api/datasets/examples/texts").status_code == 200, 20, "the dataset is seen")
    with subprocess.Popen(
        [sys.executable, str(EXAMPLES / "watch_events.py"), "training:*"],
        env=environment(sokhan), stdout=subprocess.PIPE, text=True,
    ) as watching:  # fmt: skip
        try:
            said = run(sokhan, str(EXAMPLES / "start_training.py"), str(tmp_path / "training.json"), "max_steps=10")
            run_id = said.split()[1]
            assert "made local/example" in said
            assert watching.stdout is not None
            lines = iter(watching.stdout.readline, "")
            assert any(line.startswith(f"training:{run_id} state completed") for line in lines)
        finally:
            watching.kill()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The recipe as `pip install` leaves it: its folder, and its entry points beside it."""
    project = tomllib.loads((EXAMPLES / "recipe" / "pyproject.toml").read_text())["project"]
    info = tmp_path / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n")
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
        for group, entries in project["entry-points"].items()
    ]
    (info / "entry_points.txt").write_text("".join(lines))
    return tmp_path


def test_a_recipe_of_ones_own_trains(installed: Path, tmp_path: Path) -> None:
    dataset = tmp_path / "texts"
    dataset.mkdir()
    rows = [f"سلام دنیا {number % 7}" for number in range(40)]
    (dataset / "train.txt").write_text("\n".join(rows), encoding="utf-8")
    spec = RunSpec(
        run_id="counts", recipe="word_counts", datasets=(dataset,), checkpoints=tmp_path / "checkpoints" / "counts",
        config={"max_steps": 6, "batch_size": 8, "evaluate_every": 3, "checkpoint_every": 3},
        scratch=tmp_path, product_folder=tmp_path / "models" / "counts", product_name="counts",
    )  # fmt: skip
    child = Child(spec, path=(EXAMPLES / "recipe", installed))
    assert child.end() == 0, child.messages[-3:]
    saved = [message for message in child.messages if isinstance(message, CheckpointSaved)]
    assert [message.step for message in saved] == [3, 6]
    assert saved[1].values["val_loss"] < saved[0].values["val_loss"]
    assert any(isinstance(message, Started) for message in child.messages)
    finished = child.messages[-1]
    assert isinstance(finished, Finished)
    assert finished.product == spec.product_folder

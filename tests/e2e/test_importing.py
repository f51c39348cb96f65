"""A checkpoint from outside, from a folder on the disk to speech at /v1; and one that wants to own the machine."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.support import hostile_checkpoints as hostile
from tests.support.command_line import sokhan_command
from tests.support.coqui import write_repository
from tests.support.platform import Platform
from tests.support.processes import wait_until

pytestmark = pytest.mark.timeout(240)


def put(sokhan: Platform, name: str) -> Path:
    """A repository copied in by hand; the scanner finds it by itself."""
    folder = sokhan.data / "models" / "Somebody" / name
    write_repository(sokhan.folder / name)
    folder.parent.mkdir(exist_ok=True)
    (sokhan.folder / name).rename(folder)  # whole at once: one that is still copied has no weights yet
    known(sokhan, f"Somebody/{name}")
    return folder


def known(sokhan: Platform, model: str) -> None:
    def listed() -> bool:
        models = sokhan.get("/api/sources/installed")["models"]
        assert isinstance(models, list)
        return any(item["id"] == model and item["isComplete"] for item in models)

    wait_until(listed, 30, f"the scanner knows {model}")


def start(sokhan: Platform, **wish: object) -> dict[str, object]:
    with sokhan.client() as client:
        answer = client.post("/api/training", json={"recipe": "import", **wish})
    assert answer.status_code == 202, answer.text
    return sokhan.wait_job(f"/api/training/{answer.json()['data']['id']}", 120)


def voices(sokhan: Platform) -> set[str]:
    with sokhan.client() as client:
        return {voice["id"] for voice in client.get("/v1/audio/voices").json()["voices"]}


def test_a_checkpoint_becomes_a_voice_that_speaks(sokhan: Platform) -> None:
    put(sokhan, "good-vits")
    done = start(sokhan, baseModel="Somebody/good-vits", name="imported")
    assert done["state"] == "completed", done
    result = done["result"]
    assert isinstance(result, dict)
    assert result["voice"] == "local/imported"
    wait_until(lambda: "local/imported" in voices(sokhan), 30, "the voice is listed")
    with sokhan.client() as client:
        wish = {"voice": "local/imported", "input": "سلام دنیا.", "response_format": "pcm"}
        said = client.post("/v1/audio/speech", json=wish)
    assert said.status_code == 200, said.text
    samples = np.frombuffer(said.content, "<i2")
    assert len(samples) > 2000
    assert samples.std() > 1


@pytest.mark.siege
def test_a_hostile_one_fails_with_its_reason_and_leaves_nothing(sokhan: Platform) -> None:
    folder = put(sokhan, "evil-vits")
    mark = sokhan.folder / "owned"
    hostile.starts_a_program(folder / "best_model_91000.pth", mark)
    done = start(sokhan, baseModel="Somebody/evil-vits", name="evil")
    assert done["state"] == "failed", done
    error = done["error"]
    assert isinstance(error, dict)
    assert error["code"] == "UNSAFE_CHECKPOINT"
    assert "asks for posix.system" in error["message"]
    assert not mark.exists()
    assert not (sokhan.data / "models" / "local" / "evil").exists()
    assert not list((sokhan.data / "tmp").glob("import-*"))


def test_the_command_line_imports_and_refuses(sokhan: Platform) -> None:
    folder = put(sokhan, "cli-vits")
    done = sokhan_command(sokhan, "import", "Somebody/cli-vits", "--name", "from-cli")
    assert done.returncode == 0, done.stderr
    assert "The voice is local/from-cli" in done.stdout
    shown = json.loads(sokhan_command(sokhan, "import", "Somebody/cli-vits", "--name", "again", "--json").stdout)
    assert shown["result"]["voice"] == "local/again"
    (folder / "best_model_2.pth").write_bytes(b"x")
    several = sokhan_command(sokhan, "import", "Somebody/cli-vits")
    assert several.returncode == 1
    assert "UNSAFE_CHECKPOINT" in several.stderr
    assert "best_model_2.pth, best_model_91000.pth" in several.stderr


@pytest.mark.parametrize(
    ("wish", "code", "named"),
    [
        ({"recipe": "import"}, "VALIDATION", "baseModel"),
        ({"recipe": "import", "baseModel": "Somebody/nothing"}, "NOT_FOUND", "nothing"),
        ({"recipe": "import", "baseModel": "x/y", "datasets": ["local/z"]}, "VALIDATION", "no dataset"),
        ({"recipe": "import", "baseModel": "x/y", "config": {"max_steps": 3}}, "VALIDATION", "max_steps"),
        ({"recipe": "vits"}, "VALIDATION", "at least one dataset"),
    ],
)
def test_what_cannot_be_is_said_before_it_starts(
    sokhan: Platform, wish: dict[str, object], code: str, named: str
) -> None:
    with sokhan.client() as client:
        error = client.post("/api/training", json=wish).json()["error"]
    assert error["code"] == code, error
    assert named in error["message"]

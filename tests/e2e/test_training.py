"""A voice from a data set to speech, over HTTP and WebSocket: the platform's main job."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import httpx2
import numpy as np
import pytest

from cli.demo.dataset import write_archive
from shared.trust import NOBODY
from tests.support.command_line import sokhan_command
from tests.support.platform import Platform
from tests.support.processes import wait_until

TINY = {
    "preset": "tiny", "max_steps": 12, "batch_size": 4, "evaluate_every": 6, "checkpoint_every": 4,
    "quality_utterances": 0,
}  # fmt: skip
# Steps that train nothing, long enough to be interrupted.
TOY = {"max_steps": 12, "evaluate_every": 6, "checkpoint_every": 4, "step_seconds": 0.2}
DATASET = "local/e2e-voice"


@pytest.fixture(scope="module")
def dataset(sokhan: Platform, tmp_path_factory: pytest.TempPathFactory) -> str:
    archive = tmp_path_factory.mktemp("data") / "e2e-voice.zip"
    write_archive(archive)
    done = sokhan_command(sokhan, "datasets", "add", str(archive), "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["details"]["items"] == 40
    return DATASET


def start(sokhan: Platform, **wish: object) -> httpx2.Response:
    with sokhan.client() as client:
        return client.post("/api/training", json={"recipe": "vits", "datasets": [DATASET], "config": TINY, **wish})


def start_toy(sokhan: Platform, name: str, **config: object) -> dict[str, object]:
    answer = start(sokhan, name=name, recipe="toy", config={**TOY, **config})
    assert answer.status_code == 202, answer.text
    run = answer.json()["data"]
    assert isinstance(run, dict)
    return run


def steps(sokhan: Platform, run: object) -> list[int]:
    points = sokhan.get(f"/api/training/{run}/metrics")["points"]
    assert isinstance(points, list)
    return [point["step"] for point in points]


@pytest.mark.timeout(240)
def test_a_run_ends_with_a_voice_that_speaks(sokhan: Platform, dataset: str) -> None:
    answer = start(sokhan, name="صدای من")
    assert answer.status_code == 202, answer.text
    run = answer.json()["data"]
    assert answer.headers["location"] == f"/api/training/{run['id']}"
    with sokhan.socket(f"training:{run['id']}") as listener:
        events = list(listener.events(200))
    kinds = {event["type"] for event in events}
    assert {"snapshot", "state", "metrics", "log"} <= kinds
    revisions = [int(str(event["revision"])) for event in events]
    assert revisions == sorted(set(revisions))
    done = sokhan.get(f"/api/training/{run['id']}")
    assert (done["state"], done["step"], done["progress"]) == ("completed", 12, 100.0), done
    assert steps(sokhan, run["id"]) == list(range(1, 13))
    metrics = sokhan.get(f"/api/training/{run['id']}/metrics?keys=loss,val_loss")
    assert metrics["keys"] == ["loss", "val_loss"]
    checkpoints = httpx2.get(
        f"{sokhan.url}/api/training/{run['id']}/checkpoints", trust_env=False, verify=NOBODY
    ).json()["data"]
    assert [c["step"] for c in checkpoints][-1] == 12
    assert sum(c["best"] for c in checkpoints) == 1
    logs = httpx2.get(f"{sokhan.url}/api/training/{run['id']}/logs", trust_env=False, verify=NOBODY).json()["data"]
    assert any("Checkpoint of step 12" in line["message"] for line in logs)
    result = done["result"]
    assert isinstance(result, dict)
    assert result["voice"] == "local/صدای من"
    wait_until(lambda: result["voice"] in voices(sokhan), 15, "the voice is listed")
    with sokhan.client() as client:
        spoken = client.post(
            "/v1/audio/speech",
            json={"voice": result["voice"], "input": "سلام دنیا.", "response_format": "pcm", "seed": 7},
        )
        again = client.post(
            "/v1/audio/speech",
            json={"voice": "صدای من", "input": "سلام دنیا.", "response_format": "pcm", "seed": 7},
        )
    assert spoken.status_code == 200, spoken.text
    samples = np.frombuffer(spoken.content, "<i2")
    assert len(samples) > 2000
    assert samples.std() > 1
    assert spoken.content == again.content


def voices(sokhan: Platform) -> set[str]:
    found = httpx2.get(f"{sokhan.url}/v1/audio/voices", trust_env=False, verify=NOBODY).json()["voices"]
    return {voice["id"] for voice in found}


@pytest.mark.timeout(240)
def test_a_killed_trainer_leaves_no_gap_and_no_double(sokhan: Platform, dataset: str) -> None:
    run = start_toy(sokhan, "killed")
    wait_until(lambda: bool(sokhan.get(f"/api/training/{run['id']}")["lastCheckpoint"]), 120, "a first checkpoint")
    sokhan.kill("trainer")
    sokhan.start("trainer")
    done = sokhan.wait_job(f"/api/training/{run['id']}", 150)
    assert (done["state"], done["attempt"]) == ("completed", 2), done
    assert steps(sokhan, run["id"]) == list(range(1, 13))


@pytest.mark.timeout(240)
def test_stop_keeps_what_was_made(sokhan: Platform, dataset: str) -> None:
    run = start_toy(sokhan, "stopped", max_steps=5000)
    wait_until(lambda: int(str(sokhan.get(f"/api/training/{run['id']}")["step"])) >= 2, 120, "two steps")
    with sokhan.client() as client:
        assert client.post(f"/api/training/{run['id']}/stop").status_code == 200
    done = sokhan.wait_job(f"/api/training/{run['id']}", 60)
    assert done["state"] == "completed"
    result = done["result"]
    assert isinstance(result, dict)
    assert (result["reason"], result["model"]) == ("stopped", "local/stopped")
    assert steps(sokhan, run["id"]) == list(range(1, int(str(done["step"])) + 1))


@pytest.mark.timeout(240)
def test_pause_and_resume_and_cancel(sokhan: Platform, dataset: str) -> None:
    run = start_toy(sokhan, "paused", max_steps=5000)
    path = f"/api/training/{run['id']}"
    wait_until(lambda: int(str(sokhan.get(path)["step"])) >= 2, 120, "two steps")
    with sokhan.client() as client:
        assert client.post(f"{path}/pause").status_code == 200
        wait_until(lambda: sokhan.get(path)["state"] == "paused", 60, "it pauses")
        paused_at = int(str(sokhan.get(path)["step"]))
        assert client.post(f"{path}/resume").status_code == 200
        wait_until(lambda: int(str(sokhan.get(path)["step"])) > paused_at, 120, "it goes on")
        assert client.delete(path).status_code == 200
    assert sokhan.wait_job(path, 30)["state"] == "cancelled"
    found = steps(sokhan, run["id"])
    assert found == list(range(1, len(found) + 1))
    assert _children(sokhan) == []


def _children(sokhan: Platform) -> list[str]:
    pid = sokhan.processes["trainer"].popen.pid
    listed = subprocess.run(["ps", "--ppid", str(pid), "-o", "pid="], capture_output=True, text=True, check=False)
    return listed.stdout.split()


@pytest.mark.timeout(240)
def test_a_child_that_is_killed_is_started_again(sokhan: Platform, dataset: str) -> None:
    run = start_toy(sokhan, "child-killed")
    wait_until(lambda: int(str(sokhan.get(f"/api/training/{run['id']}")["step"])) >= 1, 120, "a step")
    for child in _children(sokhan):
        subprocess.run(["kill", f"-{signal.SIGKILL.value}", child], check=False)
    done = sokhan.wait_job(f"/api/training/{run['id']}", 150)
    assert (done["state"], done["attempt"]) == ("completed", 2), done
    assert steps(sokhan, run["id"]) == list(range(1, 13))


@pytest.mark.parametrize(
    ("wish", "status", "code", "word"),
    [
        ({"config": {"max_steps": -1}}, 422, "VALIDATION", "max_steps"),
        ({"config": {"batch_size": 10_000}}, 422, "VALIDATION", "batch_size"),
        ({"config": {"bach_size": 1}}, 422, "VALIDATION", "bach_size"),
        ({"config": {"preset": "huge"}}, 422, "VALIDATION", "preset"),
        ({"config": {"learning_rate": "fast"}}, 422, "VALIDATION", "learning_rate"),
        ({"recipe": "alchemy"}, 422, "VALIDATION", "alchemy"),
        ({"datasets": []}, 422, "VALIDATION", "dataset"),
        ({"datasets": ["local/none"]}, 404, "NOT_FOUND", "local/none"),
        ({"datasets": ["../../etc"]}, 404, "NOT_FOUND", ""),
        ({"teacherModel": "a/b"}, 422, "VALIDATION", "teacher"),
    ],
)
def test_a_run_that_cannot_start_is_refused(
    sokhan: Platform, dataset: str, wish: dict[str, object], status: int, code: str, word: str
) -> None:
    answer = start(sokhan, **wish)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (status, code), error
    assert word in error["message"]


def test_recipes_say_what_can_be_set(sokhan: Platform) -> None:
    recipes = httpx2.get(f"{sokhan.url}/api/training/recipes", trust_env=False, verify=NOBODY).json()["data"]
    vits = next(recipe for recipe in recipes if recipe["name"] == "vits")
    batch = next(p for p in vits["parameters"] if p["name"] == "batch_size")
    assert (batch["type"], batch["minimum"]) == ("int", 1)
    assert batch["help"]
    assert batch["helpFa"]


def test_the_command_line_trains_and_shows(sokhan: Platform, dataset: str, tmp_path: Path) -> None:
    wish = (
        "--preset",
        "tiny",
        "--max-steps",
        "2",
        "--set",
        "batch_size=2",
        "--set",
        "evaluate_every=2",
        "--set",
        "quality_utterances=0",
        "--name",
        "cli",
    )
    done = sokhan_command(sokhan, "train", "--dataset", DATASET, *wish)
    assert done.returncode == 0, done.stderr
    assert "step 2/2" in done.stderr
    assert "local/cli" in done.stdout
    listed = json.loads(sokhan_command(sokhan, "jobs", "--json").stdout)
    run = next(job for job in listed if job.get("name") == "cli")
    logs = sokhan_command(sokhan, "logs", run["id"])
    assert "Checkpoint of step 2" in logs.stdout
    refused = sokhan_command(sokhan, "train", "--dataset", "local/none")
    assert refused.returncode == 1
    assert "NOT_FOUND" in refused.stderr

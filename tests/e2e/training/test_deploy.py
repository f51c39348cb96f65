"""A checkpoint becomes a voice, is replaced by a later one, and is one no longer."""

from __future__ import annotations

import io
import json
import tarfile

import httpx2
import pytest

from tests.support.platform import Platform

pytestmark = pytest.mark.timeout(300)


def speak(client: httpx2.Client, voice: str) -> httpx2.Response:
    wish = {"voice": voice, "input": "سلام دنیا.", "response_format": "pcm", "seed": 7}
    return client.post("/v1/audio/speech", json=wish)


def listed(client: httpx2.Client, run: str) -> dict[int, dict[str, object]]:
    found = client.get(f"/api/training/{run}/checkpoints").json()["data"]
    return {checkpoint["step"]: checkpoint for checkpoint in found}


def test_a_checkpoint_speaks_at_once_and_is_silent_after_undeploy(
    sokhan: Platform, client: httpx2.Client, trained: str
) -> None:
    path = f"/api/training/{trained}/checkpoints"
    assert [c["state"] for c in listed(client, trained).values()] == ["ready"] * 3

    first = client.post(f"{path}/2/deploy", json={"name": "خوش‌صدا"})
    assert first.status_code == 201, first.text
    assert first.json()["data"] == {
        "name": "خوش‌صدا", "id": "local/خوش‌صدا", "version": 1, "step": 2, "run": trained,
    }  # fmt: skip
    early = speak(client, "local/خوش‌صدا")
    assert early.status_code == 200, early.text
    assert len(early.content) > 4000
    assert listed(client, trained)[2]["deployedAs"] == "خوش‌صدا"

    again = client.post(f"{path}/2/deploy", json={"name": "خوش‌صدا"})
    assert again.json()["data"] == first.json()["data"]
    assert client.post(f"{path}/2/deploy", json={"name": "other"}).status_code == 409
    assert client.delete(f"{path}/2").status_code == 409

    second = client.post(f"{path}/4/deploy", json={"name": "خوش‌صدا"})
    assert second.json()["data"]["version"] == 2
    assert {step: c["deployedAs"] for step, c in listed(client, trained).items()} == {2: None, 4: "خوش‌صدا", 6: None}
    later = speak(client, "local/خوش‌صدا")
    assert later.status_code == 200
    assert later.content != early.content  # other weights

    gone = client.delete(f"{path}/4/deploy")
    assert gone.status_code == 200, gone.text
    assert speak(client, "local/خوش‌صدا").status_code == 404
    assert not (sokhan.data / "models/local/خوش‌صدا").exists()
    assert client.delete(f"{path}/4/deploy").status_code == 404
    assert listed(client, trained)[4]["deployedAs"] is None


def test_what_a_run_made_itself_gives_way_to_its_checkpoint(client: httpx2.Client, trained: str) -> None:
    path = f"/api/training/{trained}/checkpoints"
    made = client.post(f"{path}/2/deploy", json={"name": "kept"}).json()["data"]
    assert made["version"] == 2
    assert client.delete(f"{path}/2/deploy").status_code == 200


def test_the_weights_are_linked_not_copied(sokhan: Platform, client: httpx2.Client, trained: str) -> None:
    path = f"/api/training/{trained}/checkpoints"
    assert client.post(f"{path}/2/deploy", json={"name": "linked"}).status_code == 201
    ours = sokhan.data / "checkpoints" / trained / "2" / "model.safetensors"
    theirs = sokhan.data / "models/local/linked/model.safetensors"
    assert ours.samefile(theirs)
    assert not (sokhan.data / "models/local/linked/state").exists()
    assert client.delete(f"{path}/2/deploy").status_code == 200
    assert ours.is_file()


def test_a_checkpoint_is_fetched_as_a_tar_and_its_samples_are_heard(client: httpx2.Client, trained: str) -> None:
    path = f"/api/training/{trained}/checkpoints/6"
    head = client.head(path)
    answer = client.get(path)
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content) == int(head.headers["content-length"])
    with tarfile.open(fileobj=io.BytesIO(answer.content)) as archive:
        names = archive.getnames()
        assert {"kept-6/model.safetensors", "kept-6/config.json", "kept-6/metrics.json"} <= set(names)
        metrics = archive.extractfile("kept-6/metrics.json")
        assert metrics is not None
        assert json.load(metrics)["step"] == 6
    for name in listed(client, trained)[6]["samples"]:  # type: ignore[attr-defined]
        sound = client.get(f"{path}/samples/{name}", headers={"Range": "bytes=0-3"})
        assert (sound.status_code, sound.content) == (206, b"RIFF")


def test_a_new_run_starts_from_a_checkpoint(sokhan: Platform, client: httpx2.Client, voice_dataset: str) -> None:
    config = {"max_steps": 6, "batch_size": 4, "checkpoint_every": 2, "keep_checkpoints": 5}
    wish = {"recipe": "toy", "datasets": [voice_dataset], "config": config, "name": "first"}
    first = client.post("/api/training", json=wish).json()["data"]["id"]
    assert sokhan.wait_job(f"/api/training/{first}")["state"] == "completed"
    path = f"/api/training/{first}/checkpoints/4"
    nothing_left = client.post(f"{path}/restore", json={"config": {"max_steps": 4}})
    assert (nothing_left.status_code, nothing_left.json()["error"]["code"]) == (422, "VALIDATION")
    wrong = client.post(f"{path}/restore", json={"config": {"bach_size": 4}})
    assert wrong.status_code == 422
    answer = client.post(f"{path}/restore", json={"name": "further", "config": {"max_steps": 8}})
    assert answer.status_code == 202, answer.text
    run = answer.json()["data"]
    assert run["startFrom"] == {"run": first, "step": 4}
    assert (run["name"], run["config"]["max_steps"], run["config"]["batch_size"]) == ("further", 8, 4)
    assert client.delete(path).status_code == 409  # another run starts from it
    done = sokhan.wait_job(f"/api/training/{run['id']}")
    assert (done["state"], done["step"]) == ("completed", 8)

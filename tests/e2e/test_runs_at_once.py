"""Three runs at the same time, two voices and a text model; the trainer is killed in the middle of them."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from cli.demo.dataset import write_archive
from shared.trust import NOBODY
from tests.support.command_line import sokhan_command
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until
from tests.support.text_models import write_mt5, write_pairs

STEPS = 14
VITS = {"preset": "tiny", "quality_utterances": 0}
CONFIG = {"max_steps": STEPS, "batch_size": 4, "evaluate_every": 7, "checkpoint_every": 3, "device": "cpu"}
WISHES: dict[str, dict[str, object]] = {
    "one": {"recipe": "vits", "datasets": ["local/voice"], "config": {**CONFIG, **VITS, "seed": 1}},
    "two": {"recipe": "vits", "datasets": ["local/voice"], "config": {**CONFIG, **VITS, "seed": 2}},
    "text": {"recipe": "seq2seq", "datasets": ["local/pairs"], "baseModel": "ns/small-mt5", "config": CONFIG},
}

TOY = {**CONFIG, "step_seconds": 0.3}
TOYS: dict[str, dict[str, object]] = {
    name: {"recipe": "toy", "datasets": [dataset], "config": {**TOY, "seed": seed}}
    for name, dataset, seed in (
        ("toy-one", "local/voice", 1),
        ("toy-two", "local/voice", 2),
        ("toy-text", "local/pairs", 3),
    )
}


@pytest.fixture(scope="module")
def three_slots(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    names = ("gateway", "scanner", "trainer")
    with platform(tmp_path_factory.mktemp("three"), names, {"SOKHAN_TRAINING_SLOTS": "3"}) as built:
        archive = built.folder / "voice.zip"
        write_archive(archive)
        assert sokhan_command(built, "datasets", "add", str(archive)).returncode == 0
        write_mt5(built.data / "models" / "ns" / "small-mt5")
        write_pairs(built.data / "datasets" / "local" / "pairs")
        wait_until(lambda: {"ns/small-mt5", "local/pairs"} <= installed(built), 30, "model and data set are seen")
        yield built


def installed(sokhan: Platform) -> set[str]:
    found = sokhan.get("/api/sources/installed")["all"]
    assert isinstance(found, list)
    return {asset["id"] for asset in found}


@pytest.mark.siege
@pytest.mark.timeout(420)
@pytest.mark.parametrize("wishes", [TOYS, WISHES], ids=["toys", "real"])
def test_all_of_them_complete_without_a_gap_and_apart(
    three_slots: Platform, wishes: dict[str, dict[str, object]]
) -> None:
    sokhan, real = three_slots, wishes is WISHES
    runs = {name: start(sokhan, name, wish) for name, wish in wishes.items()}
    wait_until(
        lambda: all(show(sokhan, run)["state"] == "running" for run in runs.values()), 60, "all three run at once"
    )
    wait_until(lambda: all(show(sokhan, run)["lastCheckpoint"] for run in runs.values()), 200, "a checkpoint of each")
    sokhan.kill("trainer")
    sokhan.start("trainer")
    for name, run in runs.items():
        done = sokhan.wait_job(f"/api/training/{run}", 240)
        assert (done["state"], done["step"]) == ("completed", STEPS), (name, done)
        points = metrics(sokhan, run)
        assert [point["step"] for point in points] == list(range(1, STEPS + 1))
        assert ("loss_mel" in points[-1]) is (name != "text")  # the toy names it too
    assert any(show(sokhan, run)["attempt"] == 2 for run in runs.values())
    losses = [[point["loss"] for point in metrics(sokhan, run)] for run in runs.values()]
    assert losses[0] != losses[1]  # another seed, another story
    for name, run in runs.items():
        told = " ".join(line["message"] for line in listed(sokhan, f"/api/training/{run}/logs"))
        # A trainer that is killed between a run's last checkpoint and the line about it goes on from that checkpoint,
        # and says so.
        assert f"Checkpoint of step {STEPS} saved" in told or f"from the checkpoint of step {STEPS}." in told
        assert ("utterances" in told) is (name != "text"), told
        result = show(sokhan, run)["result"]
        assert isinstance(result, dict)
        voice = f"local/{name}" if real and name != "text" else None
        assert (result["model"], result["voice"]) == (f"local/{name}", voice)
    wait_until(lambda: {f"local/{name}" for name in wishes} <= installed(sokhan), 20, "what they made is there")


def start(sokhan: Platform, name: str, wish: dict[str, object]) -> str:
    with sokhan.client() as client:
        answer = client.post("/api/training", json={"name": name, **wish})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["data"]["id"])


def show(sokhan: Platform, run: str) -> dict[str, object]:
    return sokhan.get(f"/api/training/{run}")


def metrics(sokhan: Platform, run: str) -> list[dict[str, float]]:
    points = sokhan.get(f"/api/training/{run}/metrics")["points"]
    assert isinstance(points, list)
    return points


def listed(sokhan: Platform, path: str) -> list[dict[str, str]]:
    found = httpx2.get(f"{sokhan.url}{path}", trust_env=False, verify=NOBODY).json()["data"]
    assert isinstance(found, list)
    return found

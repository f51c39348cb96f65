"""A trainer and a synth on machines that share no folder with the gateway: everything goes over a bucket.

SeaweedFS is the bucket. The store is one file of SQLite, which stands for the MongoDB of such an installation.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import httpx2
import numpy as np
import pytest

from cli.demo.dataset import write_archive
from shared.objects.bucket import Bucket
from shared.trust import NOBODY
from tests.support.audio import heard
from tests.support.command_line import sokhan_command
from tests.support.objects import content_of
from tests.support.platform import Platform
from tests.support.processes import Nats, Process, start_python, wait_until
from tests.support.seaweedfs import SeaweedFs, need_seaweedfs
from tests.support.voices import write_voice

pytestmark = [pytest.mark.siege, pytest.mark.xdist_group("remote"), pytest.mark.timeout(400)]
HOME = ("gateway", "downloader", "scanner")
DATASET = "local/remote-voice"
TOY = {"max_steps": 40, "evaluate_every": 10, "checkpoint_every": 5, "step_seconds": 0.2, "samples": 40}


@dataclass
class Cluster:
    """The gateway's machine and others, each with a data folder of its own."""

    home: Platform
    bucket: SeaweedFs
    remote: dict[str, Process] = field(default_factory=dict)

    def start_remote(self, name: str, service: str) -> None:
        settings = {**self.home.settings(service), "SOKHAN_DATA": str(self.data(name)), "SOKHAN_REMOTE": "true"}
        self.remote[name] = start_python(f"services.{service}", self.home.folder / f"{name}.log", settings)

    def data(self, name: str) -> Path:
        return self.home.folder / f"data-{name}"

    def lose(self, name: str) -> None:
        """The machine and its disk."""
        self.remote.pop(name).kill()
        shutil.rmtree(self.data(name))

    def stop(self) -> None:
        self.home.processes.update(self.remote)
        self.home.stop()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    need_seaweedfs()
    folder = tmp_path_factory.mktemp("remote")
    bucket = SeaweedFs(folder / "seaweedfs")
    bucket.start()
    nats = Nats(folder / "nats", guarded=True)
    nats.start()
    environment = {**bucket.environment, "SOKHAN_STORE_URL": f"sqlite:///{folder}/sokhan.db"}
    built = Cluster(Platform(folder, nats, environment=environment), bucket)
    try:
        built.home.start(*HOME)
        built.start_remote("trainer-a", "trainer")
        built.start_remote("synth-a", "synth")
        built.home.wait_ready((*HOME, "trainer", "synth"), 90)
        archive = folder / "remote-voice.zip"
        write_archive(archive)
        added = sokhan_command(built.home, "datasets", "add", str(archive), "--json")
        assert added.returncode == 0, added.stderr
        yield built
    finally:
        built.stop()
        nats.kill()
        bucket.kill()


def start_run(home: Platform, name: str, config: Mapping[str, object], recipe: str = "toy") -> str:
    wish = {"recipe": recipe, "datasets": [DATASET], "config": config, "name": name}
    with home.client() as client:
        answer = client.post("/api/training", json=wish)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["data"]["id"])


def steps(home: Platform, run: str) -> list[int]:
    points = home.get(f"/api/training/{run}/metrics")["points"]
    assert isinstance(points, list)
    return [point["step"] for point in points]


def wait_checkpoint(home: Platform, run: str) -> None:
    wait_until(lambda: bool(home.get(f"/api/training/{run}")["lastCheckpoint"]), 120, "a checkpoint")


def test_a_voice_is_trained_and_speaks_on_other_machines(cluster: Cluster) -> None:
    home = cluster.home
    tiny = {"preset": "tiny", "max_steps": 6, "batch_size": 4, "checkpoint_every": 3, "quality_utterances": 0}
    run = start_run(home, "دور", tiny, recipe="vits")
    done = home.wait_job(f"/api/training/{run}", 240)
    assert done["state"] == "completed", done

    voice = "local/دور"
    with home.client() as client:
        spoken = client.post("/v1/audio/speech", json={"voice": voice, "input": "سلام دنیا.", "response_format": "pcm"})
    assert spoken.status_code == 200, spoken.text
    assert np.frombuffer(spoken.content, "<i2").std() > 1
    # The same files on all three machines, and the checkpoints on the gateway's, too.
    at_home = content_of(home.data / "models" / voice)
    assert "model.safetensors" in at_home
    assert content_of(cluster.data("trainer-a") / "models" / voice) == at_home
    assert content_of(cluster.data("synth-a") / "models" / voice) == at_home
    of_run = content_of(cluster.data("trainer-a") / "checkpoints" / run)
    assert content_of(home.data / "checkpoints" / run) == of_run


def test_a_deployed_checkpoint_is_a_voice_everywhere(cluster: Cluster) -> None:
    home = cluster.home
    run = start_run(home, "for-deployment", {**TOY, "max_steps": 10})
    assert home.wait_job(f"/api/training/{run}", 120)["state"] == "completed"
    with home.client() as client:
        deployed = client.post(f"/api/training/{run}/checkpoints/5/deploy", json={"name": "of-step-five"})
    assert deployed.status_code == 201, deployed.text
    assert (home.data / "models/local/of-step-five").is_dir()
    seen = cluster.bucket.bucket("data")
    wait_until(lambda: seen.find("current/models/local/of-step-five") is not None, 30, "it is published")


def test_a_lost_machine_costs_no_step_that_was_saved(cluster: Cluster) -> None:
    """The trainer's machine burns down; another one, which has never seen the run, goes on."""
    home = cluster.home
    run = start_run(home, "burnt", TOY)
    wait_checkpoint(home, run)
    cluster.lose("trainer-a")
    cluster.start_remote("trainer-b", "trainer")
    done = home.wait_job(f"/api/training/{run}", 180)
    assert (done["state"], done["attempt"]) == ("completed", 2), done
    assert steps(home, run) == list(range(1, 41))
    logs = httpx2.get(f"{home.url}/api/training/{run}/logs", trust_env=False, verify=NOBODY).json()["data"]
    assert any("from the checkpoint of step" in line["message"] for line in logs), logs


def test_a_bucket_that_is_gone_for_a_while_stops_no_run(cluster: Cluster) -> None:
    home = cluster.home
    run = start_run(home, "without-bucket", {**TOY, "max_steps": 30})
    wait_checkpoint(home, run)
    cluster.bucket.kill()
    wait_until(lambda: int(str(home.get(f"/api/training/{run}")["step"])) >= 30, 120, "the steps go on")
    assert home.get(f"/api/training/{run}")["state"] == "running"
    cluster.bucket.start()
    done = home.wait_job(f"/api/training/{run}", 180)
    assert (done["state"], done["attempt"]) == ("completed", 1), done
    assert (home.data / "models/local/without-bucket").is_dir()


def test_a_long_text_is_read_on_another_machine(cluster: Cluster) -> None:
    home = cluster.home
    text = "فصل اول\n\nسلام دنیا. امروز هوا خوب است.\n\nفصل دوم\n\nما به پارک رفتیم."
    with home.client() as client:
        accepted = client.post("/api/speech", json={"input": text, "voice": "espeak-fa", "response_format": "mp3"})
        job = accepted.json()["data"]["jobId"]
        done = home.wait_job(f"/api/speech/{job}", 120)
        assert done["state"] == "completed", done
        audio = client.get(f"/api/speech/{job}/audio")
    assert audio.status_code == 200, audio.text
    assert heard(audio.content, "mp3").seconds > 3
    with home.client() as client:
        assert client.delete(f"/api/speech/{job}?purge=true").status_code in {200, 204}
    bucket = cluster.bucket.bucket("data")
    wait_until(
        lambda: (read := bucket.read(f"current/audio/renders/{job}")) is not None and b'"revision":null' in read[0],
        30,
        "its removal is in the bucket",
    )


def test_a_word_of_the_lexicon_is_read_so_on_another_machine(cluster: Cluster) -> None:
    home = cluster.home
    home.data.joinpath("lexicon.tsv").write_text("اسپیرو\tاسپیروی تازه\n", encoding="utf-8")

    def normalized() -> str:
        with home.client() as client:
            return str(client.post("/v1/audio/phonemize", json={"input": "اسپیرو"}).json()["normalized"])

    wait_until(lambda: "تازه" in normalized(), 30, "the lexicon has arrived")


def published(bucket: Bucket, unit: str) -> bool:
    return bucket.find(f"current/{unit}") is not None


def test_a_new_disk_of_the_gateway_fills_itself(cluster: Cluster) -> None:
    home = cluster.home
    write_voice(home.data / "models/local/kept")
    bucket = cluster.bucket.bucket("data")
    for unit in ("models/local/kept", f"datasets/{DATASET}"):
        wait_until(partial(published, bucket, unit), 60, f"{unit} is published")
    before = content_of(home.data / "models/local/kept")
    for name in HOME:
        home.kill(name)
    shutil.rmtree(home.data)
    home.start(*HOME)
    home.wait_ready(HOME, 60)

    def installed() -> bool:
        with home.client() as client:
            listed = client.get("/api/sources/installed").json()["data"]["models"]
        return any(model["id"] == "local/kept" for model in listed)

    wait_until(installed, 120, "the voice is installed again")
    assert content_of(home.data / "models/local/kept") == before
    wait_until((home.data / "datasets" / DATASET).is_dir, 60, "the data set is here again")


def test_a_gateway_refuses_to_be_remote(cluster: Cluster, tmp_path: Path) -> None:
    settings = {**cluster.home.settings("gateway"), "SOKHAN_DATA": str(tmp_path / "data"), "SOKHAN_REMOTE": "true"}
    refused = start_python("services.gateway", tmp_path / "gateway.log", settings)
    assert refused.popen.wait(30) == 2
    assert "SOKHAN_REMOTE=true is for trainers and synths" in (tmp_path / "gateway.log").read_text()


def test_the_health_names_every_machine(cluster: Cluster) -> None:
    parts = json.loads(httpx2.get(f"{cluster.home.url}/health", trust_env=False, verify=NOBODY).text)["data"]["parts"]
    assert parts["trainer"]["state"] == "ok"
    assert parts["synth"]["state"] == "ok"

"""A backup of a platform under load, restored elsewhere: a platform on it answers with the same things."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest

from shared.trust import NOBODY
from tests.support.accounts import PASSWORD
from tests.support.command_line import environment as command_environment
from tests.support.command_line import failed, succeeded
from tests.support.folders import safetensors
from tests.support.hub import TestHub, running_hub
from tests.support.platform import Platform, platform
from tests.support.processes import ROOT, wait_until
from tests.support.store_backends import mongo_server

pytestmark = [pytest.mark.siege, pytest.mark.timeout(300)]

BIG = 30_000_000
TEXTS = "".join(json.dumps({"text": f"سلام دنیا {n}"}, ensure_ascii=False) + "\n" for n in range(30))
BOOK = " ".join(f"این جملهٔ شمارهٔ {number} است." for number in range(400))


@dataclass(frozen=True)
class Account:
    built: Platform
    client: httpx2.Client

    def post(self, path: str, body: dict[str, object]) -> str:
        """The id of the job."""
        answer = self.client.post(path, json=body)
        assert answer.status_code in {200, 201, 202}, answer.text
        return str(answer.json()["data"]["id"])

    def get(self, path: str) -> dict[str, object]:
        found = self.client.get(path).json()["data"]
        assert isinstance(found, dict)
        return found

    def wait(self, path: str, *states: str, limit: float = 90) -> dict[str, object]:
        wait_until(lambda: self.get(path)["state"] in states, limit, f"{path} is {states}: {self.get(path)}")
        return self.get(path)

    def assets(self) -> dict[str, int]:
        """The sizes in bytes of the complete ones."""
        found = self.client.get("/api/sources/installed").json()["data"]
        listed = (asset for kind in ("models", "datasets") for asset in found[kind])
        return {str(asset["id"]): asset["sizeBytes"] for asset in listed if asset["isComplete"]}


@contextmanager
def signed_in(built: Platform, how: str) -> Iterator[Account]:
    with httpx2.Client(base_url=built.url, timeout=60, trust_env=False, verify=NOBODY) as client:
        answer = client.post(f"/api/auth/{how}", json={"name": "sara", "password": PASSWORD})
        assert answer.status_code in {200, 201}, answer.text
        client.headers["Authorization"] = f"Bearer {answer.json()['data']['accessToken']}"
        yield Account(built, client)


def machine(built: Platform, *arguments: str, limit: float = 200) -> subprocess.CompletedProcess[str]:
    """`sokhan` on the machine of a platform, with its settings."""
    environment = {**command_environment(built), **built.settings(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cli.main", *arguments]
    return subprocess.run(
        command, cwd=built.folder, env=environment, capture_output=True, text=True, timeout=limit, check=False
    )


@pytest.fixture(params=["sqlite", "mongodb"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """The settings of the store here and there."""
    if request.param == "sqlite":
        yield {}, {}
        return
    (tmp_path / "mongod").mkdir()
    with mongo_server(tmp_path / "mongod") as url:
        here, there = ({"SOKHAN_STORE_URL": f"{url}/test_{uuid4().hex}"} for _ in range(2))
        yield here, there


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[TestHub]:
    (tmp_path / "hub").mkdir()
    with running_hub(tmp_path / "hub") as found:
        found.put("ns/small", {"config.json": b'{"model_type": "bert"}', "model.safetensors": safetensors(40_000)})
        found.put_file("ns/big", "weights.bin", BIG)
        yield found


def settings(hub: TestHub, store: dict[str, str]) -> dict[str, str]:
    own = {"SOKHAN_AUTH": "accounts", "SOKHAN_REGISTRATION": "open", "HF_ENDPOINT": hub.url}
    return {**own, **store, "SOKHAN_TRAINING_SLOTS": "2", "SOKHAN_TOKEN": "7f3ac0de" * 8}


def upload(sara: Account) -> None:
    answer = sara.client.post("/api/datasets", files={"file": ("t.jsonl", TEXTS.encode())}, data={"name": "texts"})
    assert answer.status_code in {201, 202}, answer.text
    wait_until(lambda: any(name.endswith("/texts") for name in sara.assets()), 60, "the data set is installed")


def train(sara: Account, name: str, **config: object) -> str:
    toy = {"batch_size": 2, "evaluate_every": 100, **config}
    body: dict[str, object] = {"recipe": "toy", "datasets": ["local/texts"], "name": name, "config": toy}
    return f"/api/training/{sara.post('/api/training', body)}"


def test_a_platform_under_load_is_the_same_elsewhere(
    tmp_path: Path, hub: TestHub, stores: tuple[dict[str, str], dict[str, str]]
) -> None:
    backup, secrets = tmp_path / "backup", tmp_path / "secrets.json"
    with platform(tmp_path / "here", environment=settings(hub, stores[0])) as here, signed_in(here, "register") as sara:
        upload(sara)
        small = f"/api/sources/download/{sara.post('/api/sources/download', {'modelId': 'ns/small'})}"
        sara.wait(small, "completed")
        done = train(sara, "done", max_steps=4, checkpoint_every=2, step_seconds=0.01)
        sara.wait(done, "completed")
        book = f"/api/speech/{sara.post('/api/speech', {'input': 'سلام دنیا.', 'voice': 'espeak-fa'})}"
        sara.wait(book, "completed")
        # The load: a download that hangs, a run that prunes a checkpoint every moment, a long text.
        hub.hold(2_000_000)
        big = f"/api/sources/download/{sara.post('/api/sources/download', {'modelId': 'ns/big'})}"
        run = train(sara, "long", max_steps=5000, checkpoint_every=1, keep_checkpoints=2, step_seconds=0.05)
        long = f"/api/speech/{sara.post('/api/speech', {'input': BOOK, 'voice': 'espeak-fa'})}"
        wait_until(lambda: int(str(sara.get(run)["step"])) > 5, 60, "the run makes checkpoints")
        taken = machine(here, "backup", str(backup), "--secrets", str(secrets), "--json")
        report = json.loads(succeeded(taken))
        # The records of a run that prunes at every step lag behind its disk. Nothing else may be missing.
        lagging = f"checkpoints/{run.rpartition('/')[2]}/"
        missing = [unit for unit in report["missing"] if not unit.startswith(lagging)]
        assert (missing, report["damaged"]) == ([], [])
        assert sara.get(big)["state"] == "running"
        before = {path: sara.get(path) for path in (small, done, book)}
        ids = [path.name for path in (here.data / "models" / "ns" / "small").iterdir()]
        audio = sara.client.get(f"{book}/audio").content
        assert "is not empty" in failed(machine(here, "restore", str(backup)))
        installed = sara.assets()
        hub.hold(None)
    assert "is whole" in succeeded(machine(here, "backup", "--verify", str(backup)))
    assert not any(b"7f3ac0de" in path.read_bytes() for path in backup.rglob("*") if path.is_file())
    assert secrets.stat().st_mode & 0o777 == 0o600

    new = Platform(tmp_path / "there", here.nats, environment=settings(hub, stores[1]))
    new.folder.mkdir()
    assert "Restored to" in succeeded(machine(new, "restore", str(backup), "--secrets", str(secrets)))
    with platform(tmp_path / "there", environment=settings(hub, stores[1])) as there, signed_in(there, "login") as sara:
        assert {path: sara.get(path) for path in before} == before
        assert sorted(path.name for path in (there.data / "models" / "ns" / "small").iterdir()) == sorted(ids)
        assert sara.client.get(f"{book}/audio").content == audio
        assert len(installed) == 3
        wait_until(lambda: installed.items() <= sara.assets().items(), 30, "the same assets are listed")
        # What ran is queued again when its lease has ended, and goes on.
        assert sara.wait(big, "completed")["state"] == "completed"
        wait_until(lambda: int(str(sara.get(run)["step"])) > 10, 60, "the run goes on")
        assert sara.client.post(f"{run}/stop").status_code == 200
        assert sara.wait(run, "completed")["state"] == "completed"
        assert sara.wait(long, "completed", limit=120)["state"] == "completed"
        steps = [point["step"] for point in sara.get(f"{run}/metrics")["points"]]  # type: ignore[attr-defined]
        assert steps == list(range(1, len(steps) + 1))

"""Makes an installation with the code of a version, for the tests of the upgrade from it.

    git archive VERSION | tar x -C /tmp/old
    PYTHONPATH=/tmp/old python tests/world/installations/make.py tests/world/installations/NAME

It runs the platform of the version on its PYTHONPATH: a download, a data set, a run and a render that have ended, a run
whose trainer was killed, and a download, a run, a render and a verification that no worker has taken. It writes
`store.sql` and `data.tar.gz`, with the times that the manifests record.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import tarfile
import tempfile
from pathlib import Path

import httpx2

from shared.trust import NOBODY
from tests.support.hub import running_hub
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until

KEPT = ("models", "datasets", "checkpoints", "audio/renders", "uploads")
TEXTS = "".join(json.dumps({"text": f"سلام دنیا {n}"}, ensure_ascii=False) + "\n" for n in range(30))
WORKERS = ("downloader", "scanner", "trainer", "synth")


def post(built: Platform, path: str, body: dict[str, object]) -> str:
    answer = httpx2.post(f"{built.url}{path}", json=body, timeout=60, trust_env=False, verify=NOBODY)
    assert answer.status_code in {200, 201, 202}, answer.text
    return str(answer.json()["data"]["id"])


def download(built: Platform, repo: str) -> str:
    return f"/api/sources/download/{post(built, '/api/sources/download', {'modelId': repo})}"


def train(built: Platform, name: str, **config: object) -> str:
    toy = {"batch_size": 2, "checkpoint_every": 2, "evaluate_every": 2, **config}
    body: dict[str, object] = {"recipe": "toy", "datasets": ["local/texts"], "name": name, "config": toy}
    return f"/api/training/{post(built, '/api/training', body)}"


def render(built: Platform, text: str) -> str:
    body: dict[str, object] = {"input": text, "voice": "espeak-fa", "response_format": "opus"}
    return f"/api/speech/{post(built, '/api/speech', body)}"


def live(built: Platform) -> None:
    """What an owner did before the upgrade."""
    files = {"file": ("t.jsonl", TEXTS.encode())}
    answer = httpx2.post(
        f"{built.url}/api/datasets", files=files, data={"name": "texts"}, timeout=60, trust_env=False, verify=NOBODY
    )
    assert answer.status_code in {201, 202}, answer.text
    manifest = built.data / "datasets" / "local" / "texts" / "sokhan.json"
    wait_until(manifest.exists, 60, "the data set is installed")
    done = [download(built, "ns/small"), train(built, "done", max_steps=4), render(built, "سلام.")]
    for path in done:
        assert built.wait_job(path)["state"] == "completed"
    killed = train(built, "killed", max_steps=30, step_seconds=0.2)
    wait_until(lambda: bool(built.get(killed)["lastCheckpoint"]), 60, "a checkpoint of the run")
    train(built, "later", max_steps=4)  # the trainer checks it, and has its one slot in use
    built.kill("trainer")
    for name in WORKERS[:2] + WORKERS[3:]:
        built.processes[name].terminate()
    download(built, "ns/later")
    render(built, "سلام دنیا.")
    post(built, "/api/sources/installed/verify", {"id": "ns/small"})


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as name, running_hub(Path(name, "hub")) as hub:
        hub.put("ns/small", {"config.json": b'{"model_type": "bert"}', "vocab.txt": b"a\nb\n"})
        hub.put("ns/later", {"config.json": b'{"model_type": "bert"}'})
        with platform(Path(name, "old"), environment={"HF_ENDPOINT": hub.url}) as built:
            live(built)
        target.mkdir(parents=True)
        with sqlite3.connect(built.data / "sokhan.db") as store:
            (target / "store.sql").write_text("\n".join(store.iterdump()) + "\n", encoding="utf-8")
        with tarfile.open(target / "data.tar.gz", "w:gz") as data:
            for part in KEPT:
                data.add(built.data / part, part, filter=_named)


def _named(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Without locks, and without the user of this machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return None if member.name.endswith(".lock") else member


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())

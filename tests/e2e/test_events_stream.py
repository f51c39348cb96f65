"""Programs of docs/events-stream.md, as a user runs them, against a platform that works."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from shared.contracts.permissions import ADMIN, EVENTS
from tests.support.command_line import succeeded
from tests.support.platform import Platform
from tests.support.processes import ROOT, free_port, python, wait_until
from tests.support.up import environment, running_up

pytestmark = pytest.mark.siege

EXAMPLES = ROOT / "examples"
LIBRARIES = ("@nats-io/transport-node@3.4.0", "@nats-io/jetstream@3.4.0")


@pytest.fixture
def consumers(sokhan: Platform, tmp_path: Path) -> None:
    """The consumers of programs, which `sokhan up` and the containers declare at each start."""
    with python("shared.bus", tmp_path / "streams.log", sokhan.settings(ADMIN)) as declaring:
        assert declaring.popen.wait(40) == 0


@contextmanager
def consuming(sokhan: Platform, command: Sequence[str], out: Path) -> Iterator[Path]:
    """The program, killed at the end; what it prints goes into a file."""
    own = {"NATS_URL": f"nats://127.0.0.1:{sokhan.nats.port}", "NATS_PASSWORD": sokhan.nats.password(EVENTS)}
    with out.open("wb") as file:
        process = subprocess.Popen(command, env={**os.environ, **own}, stdout=file, stderr=file)
    try:
        yield out
    finally:
        process.kill()
        process.wait(10)


def revisions(out: Path, topic: str) -> list[int]:
    lines = [line.split(" ") for line in out.read_text().splitlines()]
    return [int(line[1]) for line in lines if line[0] == topic]


def trained(sokhan: Platform, name: str) -> str:
    """A short run that has ended."""
    folder = sokhan.data / "datasets" / "stream" / "texts"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "train.jsonl").write_text('{"text": "سلام دنیا"}\n' * 20, encoding="utf-8")
    body = {"recipe": "toy", "name": name, "datasets": ["stream/texts"], "config": {"max_steps": 10}}
    with sokhan.client() as client:
        wait_until(lambda: client.get("/api/datasets/stream/texts").status_code == 200, 20, "the dataset is seen")
        run_id = str(client.post("/api/training", json=body).json()["data"]["id"])
    assert sokhan.wait_job(f"/api/training/{run_id}")["state"] == "completed"
    return run_id


def reads_and_resumes(sokhan: Platform, command: Sequence[str], tmp_path: Path) -> None:
    first = f"training:{trained(sokhan, f'{command[-1]}-first')}"
    with consuming(sokhan, command, tmp_path / "first") as out:
        wait_until(lambda: f"{first} " in out.read_text(), 30, "the program reads events")
    second = f"training:{trained(sokhan, f'{command[-1]}-second')}"
    with consuming(sokhan, command, tmp_path / "second") as out:
        wait_until(
            lambda: any(_ended(line, second) for line in out.read_text().splitlines()), 30, "it reads to the end"
        )
    seen = {*revisions(tmp_path / "first", first), *revisions(tmp_path / "second", first)}
    assert seen == set(range(1, max(seen) + 1)), "no event between the two starts is lost"
    whole = revisions(tmp_path / "second", second)
    assert whole == list(range(1, whole[-1] + 1))
    assert "gap" not in (tmp_path / "second").read_text()


def _ended(line: str, topic: str) -> bool:
    return line.startswith(f"{topic} ") and line.endswith(" state local completed")


@pytest.mark.usefixtures("consumers")
def test_the_program_in_python_reads_events_and_resumes(sokhan: Platform, tmp_path: Path) -> None:
    command = [sys.executable, str(EXAMPLES / "consume_events.py"), "app-1"]
    reads_and_resumes(sokhan, command, tmp_path)


@pytest.mark.node
@pytest.mark.usefixtures("consumers")
def test_the_program_in_javascript_reads_events_and_resumes(sokhan: Platform, tmp_path: Path) -> None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        pytest.skip("node and npm are not here")
    install = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(tmp_path), *LIBRARIES]
    got = subprocess.run(install, capture_output=True, text=True, timeout=60, check=False)
    if got.returncode != 0:
        pytest.skip(f"{' '.join(LIBRARIES)} cannot be installed here: {got.stderr.strip()[-200:]}")
    script = shutil.copy(EXAMPLES / "consume_events.mjs", tmp_path)  # beside the libraries, where node looks for them
    reads_and_resumes(sokhan, [node, str(script), "app-2"], tmp_path)


def test_the_credential_is_made_once_and_known_after_the_next_start(tmp_path: Path) -> None:
    port = free_port()

    def credential(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli.main", "admin", "events-credential", *arguments],
            cwd=tmp_path, env=environment(tmp_path, port), capture_output=True, text=True, timeout=40, check=False,
        )  # fmt: skip

    with running_up(tmp_path) as up:
        made = json_of(credential("--json"))
        assert (made["user"], made["made"], made["ready"]) == ("events", True, False)
        assert "next start" in credential().stderr
        assert f"user: {EVENTS}\n" not in (up.folder / "data/run/nats.conf").read_text()
    file = tmp_path / "data" / "run" / "nats-events"
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.read_text() == made["password"]
    with running_up(tmp_path):
        known = json_of(credential("--json"))
        assert known == {**made, "made": False, "ready": True, "url": known["url"]}
        own = {"NATS_URL": str(known["url"]), "NATS_PASSWORD": str(known["password"])}
        program = [sys.executable, str(EXAMPLES / "consume_events.py"), "app-3"]
        with subprocess.Popen(program, env={**os.environ, **own}, stdout=subprocess.PIPE, text=True) as consuming_:
            try:
                assert consuming_.stdout is not None
                assert consuming_.stdout.readline().startswith("asset:"), "the bundled voices are events"
            finally:
                consuming_.kill()


def json_of(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    found = json.loads(succeeded(done))
    assert isinstance(found, dict)
    return found

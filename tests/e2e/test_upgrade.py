"""The platform of today on an installation of an earlier version, and on a store of a later one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from shared.store.migrations import MIGRATIONS
from tests.support.hub import running_hub
from tests.support.platform import SERVICES, platform
from tests.support.processes import ROOT, free_port, wait_until

INSTALLATIONS = ROOT / "tests" / "world" / "installations"
VERSIONS = sorted(path.parent.name for path in INSTALLATIONS.glob("*/store.sql"))
LISTS = ("/api/sources/downloads", "/api/training", "/api/speech")


def unpack(version: str, data: Path) -> None:
    data.mkdir(parents=True)
    with tarfile.open(INSTALLATIONS / version / "data.tar.gz") as archive:
        archive.extractall(data, filter="data")
    with sqlite3.connect(data / "sokhan.db") as store:
        store.executescript((INSTALLATIONS / version / "store.sql").read_text(encoding="utf-8"))
    store.close()


@pytest.mark.siege
@pytest.mark.timeout(240)
@pytest.mark.parametrize("version", VERSIONS)
def test_an_installation_of_an_earlier_version_goes_on(version: str, tmp_path: Path) -> None:
    unpack(version, tmp_path / "here" / "data")
    with running_hub(tmp_path / "hub") as hub:
        hub.put("ns/later", {"config.json": b'{"model_type": "bert"}'})
        with platform(tmp_path / "here", environment={"HF_ENDPOINT": hub.url}) as built, built.client() as client:

            def states() -> list[str]:
                return [job["state"] for path in LISTS for job in client.get(path).json()["data"]]

            wait_until(lambda: set(states()) == {"completed"}, 120, f"every job ends: {states()}")
            assert len(states()) == 7
            installed = client.get("/api/sources/installed").json()["data"]
            complete = {
                asset["id"] for kind in ("models", "datasets") for asset in installed[kind] if asset["isComplete"]
            }
            assert {"ns/small", "ns/later", "local/done", "local/killed", "local/later", "local/texts"} <= complete
            runs = {run["name"]: run["id"] for run in client.get("/api/training").json()["data"]}
            points = client.get(f"/api/training/{runs['killed']}/metrics").json()["data"]["points"]
            assert [point["step"] for point in points] == list(range(1, 31))
            assert {run["name"]: run["attempt"] for run in client.get("/api/training").json()["data"]}["killed"] == 2


@pytest.fixture
def newer(tmp_path: Path) -> dict[str, str]:
    """The settings of an installation whose store a later version has migrated."""
    data = tmp_path / "data"
    data.mkdir()
    with sqlite3.connect(data / "sokhan.db") as store:
        store.execute('CREATE TABLE "meta" (id TEXT PRIMARY KEY NOT NULL, doc TEXT NOT NULL)')
        store.execute("""INSERT INTO "meta" VALUES ('''schema', '{"id":"''schema","version":99}')""")
    store.close()
    own = {"SOKHAN_DATA": str(data), "SOKHAN_PORT": str(free_port()), "HF_ENDPOINT": "http://127.0.0.1:9"}
    return {**os.environ, **own, "PYTHONPATH": str(ROOT), "SOKHAN_LOG_FORMAT": "json"}


SENTENCE = f"The store is at version 99, this code knows versions up to {len(MIGRATIONS)}."


@pytest.mark.parametrize("module", [*(f"services.{name}" for name in SERVICES), "cli.main"])
def test_a_store_of_a_later_version_is_refused_with_one_sentence(
    module: str, newer: dict[str, str], tmp_path: Path
) -> None:
    """A downgrade: `sokhan up` starts nothing."""
    command = [sys.executable, "-m", module, *(["up"] if module == "cli.main" else [])]
    done = subprocess.run(command, cwd=tmp_path, env=newer, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stderr.count(SENTENCE) >= 1
    assert "Traceback" not in done.stderr + done.stdout
    assert "Install the version of Sokhan that last used this store" in done.stderr
    assert not (tmp_path / "data" / "nats").exists()

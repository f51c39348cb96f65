"""A restore writes everything or nothing, and only into an empty installation."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from shared.backup import BadBackup, restore, verify
from shared.backup.files import Pace
from shared.config import RESTORING
from shared.contracts.errors import Conflict, NoSpace
from shared.store import Document, Duplicate, StoreTooNew, StoreUnavailable, open_store
from shared.store.loading import StoreLoader, loading_store
from shared.store.migrations import MIGRATIONS, migrate
from shared.store.opening import connected
from tests.integration.backup.conftest import Make
from tests.support.installation import Installation
from tests.support.processes import ROOT, wait_until

MODEL = {"config.json": b"{}", "model.safetensors": b"x" * 3000}


async def backed_up(here: Installation, target: Path) -> Path:
    here.asset("ns/voice", MODEL)
    await here.listed("ns/voice")
    await here.add("settings", {"id": "s"})
    await here.back_up(target)
    return target


async def test_an_installation_that_is_not_empty_is_refused(make: Make, tmp_path: Path) -> None:
    backup = await backed_up(make("here"), tmp_path / "b")
    there = make("there")
    there.asset("local/own", MODEL)
    with pytest.raises(Conflict, match=r"not empty: it has models/local/own"):
        await restore(backup, there.target)
    assert set(there.files()) == {f"models/local/own/{name}" for name in (*MODEL, "sokhan.json")}
    other = make("other")
    await other.add("settings", {"id": "mine"})
    with pytest.raises(Conflict, match="documents in settings"):
        await restore(backup, other.target)
    assert (other.files(), await other.documents("settings")) == ({}, [{"id": "mine"}])


async def test_a_platform_that_runs_is_refused(make: Make, tmp_path: Path) -> None:
    backup = await backed_up(make("here"), tmp_path / "b")
    there = make("there")
    with (there.tree.root / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(Conflict, match="Sokhan runs"):
            await restore(backup, there.target)


async def test_a_started_platform_that_holds_nothing_counts_as_empty(make: Make, tmp_path: Path) -> None:
    backup = await backed_up(make("here"), tmp_path / "b")
    there = make("there")
    async with there.store():
        pass  # migrated, without a document
    (there.tree.root / ".env").write_text("SOKHAN_PORT=8081\n")
    await restore(backup, there.target)
    assert len(await there.documents("assets")) == 1


async def test_a_file_that_changes_after_the_verification_leaves_nothing(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = await backed_up(make("here"), tmp_path / "b")

    def then_changed(folder: Path, pace: Pace) -> object:
        found = verify(folder, pace)
        (folder / "data" / "models" / "ns" / "voice" / "model.safetensors").write_bytes(b"y" * 3000)
        return found

    monkeypatch.setattr("shared.backup.restoring.verify", then_changed)
    there = make("there")
    with pytest.raises(BadBackup, match="is damaged"):
        await restore(backup, there.target)
    assert there.files() == {}


async def test_a_store_that_fails_in_the_middle_leaves_nothing(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = await backed_up(make("here"), tmp_path / "b")
    add = StoreLoader.add

    async def failing(self: StoreLoader, collection: str, documents: Sequence[Document]) -> None:
        if collection == "settings":
            raise StoreUnavailable("The store is away.")
        await add(self, collection, documents)

    there = make("there")
    with monkeypatch.context() as patch:
        patch.setattr(StoreLoader, "add", failing)
        with pytest.raises(StoreUnavailable, match="away"):
            await restore(backup, there.target)
    assert there.files() == {}
    assert await there.documents("assets") == []
    await restore(backup, there.target)
    assert len(await there.documents("assets")) == 1


async def test_two_documents_that_a_unique_index_refuses_leave_nothing(make: Make) -> None:
    there = make("there")
    asset: Document = {"id": "model:a", "path": "models/ns/a"}
    with pytest.raises(Duplicate):
        async with loading_store(there.store_url, len(MIGRATIONS)) as loader:
            await loader.add("assets", [asset, {**asset, "id": "model:b"}])
    assert await there.documents("assets") == []


async def test_no_service_opens_a_store_that_is_being_restored(make: Make) -> None:
    there = make("there")
    async with loading_store(there.store_url, len(MIGRATIONS)) as loader:
        await loader.add("settings", [{"id": "s"}])
        store, _ = await connected(there.store_url)
        with pytest.raises(StoreUnavailable, match="Another process"):
            await migrate(store, wait_s=0.3)
        await store.close()
    assert await there.documents("settings") == [{"id": "s"}]


async def test_a_backup_of_an_older_store_is_migrated(make: Make) -> None:
    there = make("there")
    async with loading_store(there.store_url, 3) as loader:
        await loader.add("settings", [{"id": "machine:ns/a", "wish": "auto"}])
    assert await there.documents("settings") == []
    assert await there.documents("calibrations") == [{"id": "machine:ns/a", "wish": "auto"}]


async def test_a_full_disk_is_a_sentence_before_anything_is_written(make: Make, tmp_path: Path) -> None:
    backup = await backed_up(make("here"), tmp_path / "b")
    there = make("there")
    there.free = 1000
    with pytest.raises(NoSpace, match="are needed"):
        await restore(backup, there.target)
    assert there.files() == {}


async def test_a_newer_store_is_neither_backed_up_nor_filled(make: Make, tmp_path: Path) -> None:
    backup = await backed_up(make("here"), tmp_path / "b")
    newer = make("newer")
    async with newer.store() as store:
        await store.update("meta", {"id": "schema"}, {"$set": {"version": 99}})
    with pytest.raises(StoreTooNew, match="at version 99"):
        await newer.back_up(tmp_path / "c")
    with pytest.raises(StoreTooNew, match="at version 99"):
        await restore(backup, newer.target)
    assert newer.files() == {}


async def test_a_backup_does_not_migrate_the_store_of_older_services(make: Make, tmp_path: Path) -> None:
    here = make("here")
    await here.add("settings", {"id": "s"})
    store, _ = await connected(here.store_url)
    await store.update("meta", {"id": "schema"}, {"$set": {"version": 4}})
    await here.back_up(tmp_path / "b")
    schema = await store.get("meta", "schema")
    await store.close()
    assert schema is not None
    assert schema["version"] == 4
    assert verify(tmp_path / "b").header.store_version == 4


def admin_restore(backup: Path) -> list[str]:
    return [sys.executable, "-m", "services.gateway.admin", "restore", str(backup)]


def kill_while_it_writes(backup: Path, data: Path, environment: dict[str, str]) -> None:
    written = data / "models" / "ns" / "voice-1"
    with subprocess.Popen(admin_restore(backup), env=environment, stderr=subprocess.PIPE) as process:
        wait_until(lambda: process.poll() is not None or written.exists(), 60, "the restore writes files")
        process.send_signal(signal.SIGKILL)
        process.wait(10)


def run(environment: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=100, check=False)


async def test_after_a_kill_nothing_starts_on_the_part_and_the_restore_can_be_repeated(
    here: Installation, tmp_path: Path
) -> None:
    for number in range(300):
        here.asset(f"ns/voice-{number}", MODEL)
    backup = await backed_up(here, tmp_path / "b")
    data = tmp_path / "there"
    environment = {**os.environ, "SOKHAN_DATA": str(data), "PYTHONPATH": str(ROOT)}
    kill_while_it_writes(backup, data, environment)
    assert (data / RESTORING).exists()
    for arguments in (["services.scanner"], ["cli.main", "up"]):
        refused = run(environment, sys.executable, "-m", *arguments)
        assert refused.returncode == 2
        assert "holds a part of a backup" in refused.stderr
    again = run(environment, *admin_restore(backup))
    assert again.returncode == 0, again.stderr
    assert not (data / RESTORING).exists()
    assert len(list((data / "models" / "ns").iterdir())) == 301
    store = await open_store(f"sqlite:///{data / 'sokhan.db'}")
    assert await store.count("assets") == 1
    await store.close()

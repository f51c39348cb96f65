"""A backup of files and a store, and its restore, on real disks and both stores."""

from __future__ import annotations

import asyncio
import errno
import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.backup import documents, restore, take_backup, verify
from shared.config import RESTORING
from shared.contracts.errors import Conflict, NoSpace, Unavailable
from shared.store import Document, StoreUnavailable
from tests.integration.backup.conftest import Make
from tests.support.folders import as_nobody, public_folder
from tests.support.installation import NOW, Installation

MODEL = {"config.json": b"{}", "model.safetensors": b"x" * 3000}


def begun(folder: Path) -> set[str]:
    """Backups in a folder, complete or not."""
    return {path.name for path in folder.glob("b*")}


async def test_what_was_there_is_there_again(make: Make, tmp_path: Path) -> None:
    here, there = make("here"), make("there")
    here.asset("ns/voice", MODEL)
    here.asset("local/گفتار", {"metadata.csv": "a|سلام\n".encode(), "wavs/a.wav": b"RIFF"}, kind="dataset")
    here.checkpoint("r1", 4)
    (here.tree.checkpoints / "r1" / ".sokhan-access.json").write_text("{}")
    render = here.tree.renders / "j1"
    render.mkdir(parents=True)
    (render / "speech.wav").write_bytes(b"RIFF")
    here.tree.lexicon.write_text("سخن\tsoxan\n", encoding="utf-8")
    (here.tree.uploads / "u1").write_bytes(b"PK")
    await here.listed("ns/voice")
    await here.recorded("r1", 4)
    moment = datetime(2026, 5, 6, 7, 8, 9, 123000, tzinfo=UTC)
    odd: Document = {
        "id": "a\x00b", "text": "می‌خواهم\n", "at": moment, "none": None, "list": [1, 1.5, True, b"\x00\xff"]
    }  # fmt: skip
    rest: list[Document] = [{"id": f"s{n}"} for n in range(450)]
    await here.add("settings", odd, *rest)
    before = here.files()

    taken = await here.back_up(tmp_path / "b")
    assert (taken.missing, taken.unsettled, taken.damaged) == ((), (), ())
    assert begun(tmp_path) == {"b"}
    assert verify(tmp_path / "b").documents == 453
    done = await restore(tmp_path / "b", there.target)

    assert there.files() == before
    assert done.documents == 453
    for collection in ("settings", "assets", "checkpoints"):
        assert await there.documents(collection) == await here.documents(collection)
    voice = "models/ns/voice/model.safetensors"
    assert (there.tree.root / voice).stat().st_mtime_ns == (here.tree.root / voice).stat().st_mtime_ns
    assert not (there.tree.root / RESTORING).exists()


async def test_a_backup_of_one_store_is_restored_into_the_other(here: Installation, make: Make, tmp_path: Path) -> None:
    """Three pages of documents, the last one not full."""
    there = make("there")
    rows: list[Document] = [{"id": f"r:{n}", "run": "r", "step": n} for n in range(2 * documents._PAGE + 1)]
    await here.add("training_metrics", *rows)
    await here.back_up(tmp_path / "b")
    await restore(tmp_path / "b", there.target)
    assert await there.documents("training_metrics") == await here.documents("training_metrics")


async def test_what_is_unfinished_or_can_be_made_again_is_left_out(here: Installation, tmp_path: Path) -> None:
    folder = here.asset("ns/voice", MODEL)
    (folder / "new.bin.sokhan-part").write_bytes(b"half")
    (folder / ".features").mkdir()
    (folder / ".features" / "cache").write_bytes(b"cache")
    hidden = here.tree.checkpoints / "r1" / ".5.partial"
    hidden.mkdir(parents=True)
    (hidden / "model.safetensors").write_bytes(b"half")
    render = here.tree.renders / "j1"
    render.mkdir(parents=True)
    for name in ("input.txt", "speech.pcm", "journal.jsonl", ".speech.mp3.part"):
        (render / name).write_bytes(b"x")
    (here.tree.audio / f"{'0' * 64}.speech").write_bytes(b"cache")
    here.tree.resumable.mkdir(parents=True)
    (here.tree.resumable / "u.data").write_bytes(b"half")
    for name in (".env", "secret.key", "run/nats-events"):
        (here.tree.root / name).write_text("canary-secret")
    await here.add("settings", {"id": "s"})
    await here.back_up(tmp_path / "b")
    data = tmp_path / "b" / "data"
    found = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    assert found == {
        "models/ns/voice/config.json", "models/ns/voice/model.safetensors", "models/ns/voice/sokhan.json",
        "audio/renders/j1/input.txt",
    }  # fmt: skip
    assert not any(b"canary" in path.read_bytes() for path in (tmp_path / "b").rglob("*") if path.is_file())


async def test_models_of_the_hub_can_be_left_out_and_own_ones_stay(here: Installation, tmp_path: Path) -> None:
    folder = here.asset("ns/downloaded", MODEL)
    (folder / ".sokhan-access.json").write_text("{}")
    own = here.tree.folder("model", "local/own")
    own.mkdir(parents=True)
    (own / "voice.json").write_text("{}")
    here.asset("ns/texts", {"a.txt": b"a"}, kind="dataset")
    await here.listed("ns/downloaded")
    taken = await here.back_up(tmp_path / "b", "models")
    data = tmp_path / "b" / "data"
    found = {path.relative_to(data).as_posix() for path in data.rglob("*") if path.is_file()}
    assert found == {
        "models/ns/downloaded/.sokhan-access.json", "models/local/own/voice.json",
        "datasets/ns/texts/a.txt", "datasets/ns/texts/sokhan.json",
    }  # fmt: skip
    assert [left.repo_id for left in taken.left_out] == ["ns/downloaded"]
    assert taken.missing == ()


async def test_a_file_that_a_person_linked_is_copied(here: Installation, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.bin").write_bytes(b"weights")
    folder = here.asset("ns/voice", MODEL)
    (folder / "linked.bin").symlink_to(tmp_path / "elsewhere.bin")
    await here.add("settings", {"id": "s"})
    await here.back_up(tmp_path / "b")
    copy = tmp_path / "b" / "data" / "models" / "ns" / "voice" / "linked.bin"
    assert (copy.is_symlink(), copy.read_bytes()) == (False, b"weights")


async def test_a_damaged_file_is_reported_and_kept(here: Installation, tmp_path: Path) -> None:
    folder = here.asset("ns/voice", MODEL)
    status = (folder / "config.json").stat()
    (folder / "config.json").write_bytes(b"[]")
    os.utime(folder / "config.json", ns=(status.st_atime_ns, status.st_mtime_ns))
    await here.add("settings", {"id": "s"})
    taken = await here.back_up(tmp_path / "b")
    assert taken.damaged == ("models/ns/voice/config.json",)
    assert (tmp_path / "b" / "data" / "models" / "ns" / "voice" / "config.json").read_bytes() == b"[]"


async def test_the_target_must_be_new_and_outside_of_the_data_folder(here: Installation, tmp_path: Path) -> None:
    await here.add("settings", {"id": "s"})
    (tmp_path / "there").mkdir()
    with pytest.raises(Conflict, match="exists already"):
        await here.back_up(tmp_path / "there")
    with pytest.raises(Conflict, match="inside the data folder"):
        await here.back_up(here.tree.root / "b")
    with pytest.raises(Conflict, match="does not exist"):
        await here.back_up(tmp_path / "no" / "b")


async def test_a_killed_backup_is_replaced_and_a_folder_of_ones_own_is_not(here: Installation, tmp_path: Path) -> None:
    await here.add("settings", {"id": "s"})
    (tmp_path / "b.part" / "incoming").mkdir(parents=True)
    (tmp_path / "b.part" / "snapshot.db").write_bytes(b"half")
    await here.back_up(tmp_path / "b")
    (tmp_path / "c.part").mkdir()
    (tmp_path / "c.part" / "thesis.txt").write_text("mine")
    with pytest.raises(Conflict, match="in the way"):
        await here.back_up(tmp_path / "c")
    assert (tmp_path / "c.part" / "thesis.txt").read_text() == "mine"


async def test_a_full_disk_is_a_sentence_before_anything_is_written(here: Installation, tmp_path: Path) -> None:
    here.asset("ns/voice", MODEL)
    await here.add("settings", {"id": "s"})
    here.free = 1000
    with pytest.raises(NoSpace, match="are needed"):
        await here.back_up(tmp_path / "b")
    assert begun(tmp_path) == set()


async def test_a_store_that_is_missing_or_damaged_is_no_backup(tmp_path: Path) -> None:
    lost = Installation(tmp_path / "lost", f"sqlite:///{tmp_path / 'lost' / 'data' / 'sokhan.db'}")
    lost.tree.prepare()
    with pytest.raises(StoreUnavailable, match="There is no store"):
        await lost.back_up(tmp_path / "b")
    (lost.tree.root / "sokhan.db").write_bytes(b"not a database" * 100)
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        await lost.back_up(tmp_path / "b")
    assert begun(tmp_path) == set()


async def test_the_moment_of_the_backup_is_in_its_header(here: Installation, tmp_path: Path) -> None:
    await here.add("settings", {"id": "s"})
    await here.back_up(tmp_path / "b")
    header = verify(tmp_path / "b").header
    assert (header.created_at, header.sokhan) == (NOW, "1.2.3")


async def test_a_folder_that_cannot_be_read_is_an_error_and_not_left_out() -> None:
    with public_folder() as root:
        here = Installation(root / "here", f"sqlite:///{root / 'here' / 'data' / 'sokhan.db'}")
        here.tree.prepare()
        hidden = here.asset("ns/voice", {"deep/model.bin": b"x"}) / "deep"
        await here.add("settings", {"id": "s"})
        for path in (*root.rglob("*"), root):
            path.chmod(0o777)
        hidden.chmod(0o700)
        with as_nobody(), pytest.raises(Unavailable, match="models/ns/voice/deep"):
            await here.back_up(root / "b")
        assert begun(root) == set()


async def test_a_disk_that_becomes_full_is_a_sentence_and_nothing_is_left(
    here: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.asset("ns/voice", MODEL)
    await here.add("settings", {"id": "s"})

    def full(source: object, target: Path, pace: object) -> tuple[int, str]:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"half")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shared.backup.copying.copy_hashed", full)
    with pytest.raises(NoSpace, match="became full"):
        await here.back_up(tmp_path / "b")
    assert begun(tmp_path) == set()


async def test_a_backup_that_is_cancelled_stops_and_leaves_nothing(here: Installation, tmp_path: Path) -> None:
    for number in range(2000):
        here.asset(f"ns/voice-{number}", MODEL)
    await here.add("settings", {"id": "s"})
    copying = threading.Event()
    source = replace(here.source(), report=lambda _: copying.set())
    task = asyncio.create_task(take_backup(source, tmp_path / "b"))
    assert await asyncio.to_thread(copying.wait, 20)
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - started < 3
    assert begun(tmp_path) == set()

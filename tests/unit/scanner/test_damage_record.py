"""What a verification found stays known until somebody replaces the file."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from services.scanner.damage_record import record_damage
from services.scanner.walk import walk
from shared.contracts.kinds.scan import DamagedFile
from shared.files import DataTree
from tests.support.folders import BERT, install, rot, safetensors

FILES = {"config.json": BERT, "model.safetensors": safetensors()}
BAD = DamagedFile(path="model.safetensors", problem="content")


@pytest.fixture
def folder(tree: DataTree) -> Path:
    return install(tree.root / "models/ns/rotten", FILES)


def status(tree: DataTree) -> tuple[str, str | None]:
    (asset,) = walk(tree)
    return asset.status, asset.problem


def test_damage_is_shown_until_the_file_is_replaced(tree: DataTree, folder: Path) -> None:
    assert status(tree)[0] == "ready"
    record_damage(folder, [BAD], time.time())
    shown, problem = status(tree)
    assert shown == "error"
    assert problem == "model.safetensors is damaged: its content differs from the installed one. Download it again."
    (folder / "model.safetensors").unlink()
    assert status(tree)[0] == "error"
    (folder / "model.safetensors").write_bytes(FILES["model.safetensors"])
    assert status(tree)[0] == "ready"


def test_a_walk_that_knows_the_folder_sees_the_note(tree: DataTree, folder: Path) -> None:
    known = {asset.key: asset for asset in walk(tree)}
    record_damage(folder, [DamagedFile(path="model.safetensors", problem="content")], time.time())
    (after,) = walk(tree, known)
    assert after.status == "error"
    record_damage(folder, [], time.time())
    (healed,) = walk(tree, {after.key: after})
    assert healed.status == "ready"


def test_nobody_takes_a_damaged_file_for_unchanged(folder: Path) -> None:
    before = (folder / "model.safetensors").stat().st_mtime_ns
    rot(folder / "model.safetensors")
    assert (folder / "model.safetensors").stat().st_mtime_ns == before
    record_damage(folder, [BAD], time.time() + 5)
    assert (folder / "model.safetensors").stat().st_mtime_ns != before
    assert (folder / "config.json").stat().st_mtime_ns <= time.time_ns()


def test_missing_files_need_no_note(tree: DataTree, folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    record_damage(folder, [DamagedFile(path="model.safetensors", problem="missing")], time.time())
    assert not (folder / ".sokhan-damaged.json").exists()
    assert "model.safetensors is missing" in (status(tree)[1] or "")


@pytest.mark.parametrize("note", [b"{", b"[]", b"\xff", bytes(2_000_000)])
def test_a_note_that_cannot_be_read_is_none(tree: DataTree, folder: Path, note: bytes) -> None:
    (folder / ".sokhan-damaged.json").write_bytes(note)
    assert status(tree)[0] == "ready"

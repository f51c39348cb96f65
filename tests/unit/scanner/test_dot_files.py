"""Files that begin with a dot, and what operating systems leave: manifest, walk and verification agree on them."""

from __future__ import annotations

import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.scanner.import_dataset import DatasetImport
from services.scanner.walk import walk
from shared.contracts.kinds.scan import ImportDataset
from shared.files import DataTree, Manifest, ManifestFile, UnpackLimits, read_manifest, write_manifest
from tests.support.ljspeech import write_ljspeech

NOW = datetime(2026, 1, 1, tzinfo=UTC)
LEFT_BEHIND = ("__MACOSX/wavs/._u1.wav", "wavs/._u1.wav", ".DS_Store", "wavs/Thumbs.db", "desktop.ini", ".git/HEAD")


@pytest.fixture
def tree(tmp_path: Path) -> DataTree:
    built = DataTree(tmp_path / "data")
    built.prepare()
    return built


def installed(tree: DataTree, files: dict[str, bytes]) -> Path:
    folder = tree.folder("model", "a/voice")
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    lines = tuple(ManifestFile(path=name, size=len(content)) for name, content in files.items())
    write_manifest(
        folder,
        Manifest(id="a/voice", kind="model", source="HuggingFace", created_at=NOW, repo_id="a/voice", files=lines),
    )
    return folder


REPOSITORY = {".gitattributes": b"x", ".DS_Store": b"y", "sub/.hidden": b"z", "config.json": b'{"model_type": "vits"}'}


def test_a_repository_with_dot_files_is_ready_and_lists_them(tree: DataTree) -> None:
    installed(tree, REPOSITORY)
    (asset,) = walk(tree)
    assert (asset.status, asset.problem) == ("ready", None)
    assert set(asset.files) == set(REPOSITORY)
    assert asset.size == sum(map(len, REPOSITORY.values()))


@pytest.mark.parametrize("name", [".gitattributes", ".DS_Store", "sub/.hidden"])
def test_a_dot_file_that_is_gone_is_missed(tree: DataTree, name: str) -> None:
    folder = installed(tree, REPOSITORY)
    (folder / name).unlink()
    (asset,) = walk(tree)
    assert asset.status == "error"
    assert name in (asset.problem or "")


def test_what_a_system_leaves_in_a_folder_copied_by_hand_is_no_part_of_it(tree: DataTree) -> None:
    folder = write_ljspeech(tree.folder("dataset", "a/speech"))
    before = walk(tree)[0]
    for name in LEFT_BEHIND:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"left behind")
    (after,) = walk(tree, {f"dataset:{before.id}": before})
    assert (after.files, after.size, after.status) == (before.files, before.size, "ready")


def test_a_folder_of_nothing_but_what_a_system_leaves_is_no_asset(tree: DataTree) -> None:
    folder = tree.folder("dataset", "a/nothing")
    folder.mkdir(parents=True)
    (folder / ".DS_Store").write_bytes(b"x")
    assert walk(tree) == []


@pytest.mark.parametrize("packed", ["zip", "tar"])
def test_an_upload_loses_what_the_system_left_and_is_ready(tree: DataTree, tmp_path: Path, packed: str) -> None:
    source = write_ljspeech(tmp_path / "speech")
    for name in (*LEFT_BEHIND, ".gitattributes"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(b"left behind")
    upload = tree.uploads / "1"
    if packed == "zip":
        with zipfile.ZipFile(upload, "w") as archive:
            for path in sorted(source.rglob("*")):
                archive.write(path, path.relative_to(source))
    else:
        with tarfile.open(upload, "w:gz") as archive_:
            archive_.add(source, arcname=".")
    importing = DatasetImport(tree, UnpackLimits(10**8, 1000), lambda: NOW)
    importing.run(ImportDataset(upload="1", name="speech", file_name=f"speech.{packed}"), "job")
    (asset,) = walk(tree)
    assert (asset.status, asset.problem, asset.type) == ("ready", None, "ljspeech")
    manifest = read_manifest(tree.folder("dataset", "local/speech"))
    assert manifest is not None
    named = {file.path for file in manifest.files}
    assert ".gitattributes" in named
    assert not named & set(LEFT_BEHIND)


def test_what_training_made_of_a_data_set_is_no_part_of_it(tree: DataTree) -> None:
    folder = write_ljspeech(tree.folder("dataset", "a/speech"))
    before = walk(tree)[0]
    (folder / ".features/0a").mkdir(parents=True)
    (folder / ".features/0a/report.json").write_bytes(b"{}")
    (after,) = walk(tree)
    assert (after.files, after.size, after.fingerprint) == (before.files, before.size, before.fingerprint)


def test_a_repositorys_own_temporary_file_is_not_missed(tree: DataTree) -> None:
    installed(tree, REPOSITORY | {".notes.tmp": b"x"})
    assert walk(tree)[0].status == "ready"

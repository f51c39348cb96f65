"""Who may see what a walk finds, and that no upload decides it."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from watchfiles import Change

from services.scanner.import_dataset import DatasetImport
from services.scanner.verify import _Check
from services.scanner.walk import walk
from services.scanner.watch import change_filter
from shared.contracts.access import INSTALLATION, AssetAccess
from shared.contracts.assets import Asset
from shared.contracts.errors import BadDataset
from shared.contracts.holding import owned_by
from shared.contracts.kinds.scan import ImportDataset
from shared.files import DataTree, UnpackLimits, read_access, read_manifest, write_access
from shared.files.members import ACCESS
from tests.support.folders import BERT, install, safetensors, write

WHOLE = {"config.json": BERT, "model.safetensors": safetensors()}
SARA = owned_by("sara")
EVERYONE = b'{"owner": null, "visibility": "shared"}'


def found(tree: DataTree, known: dict[str, Asset] | None = None, **options: object) -> dict[str, Asset]:
    return {asset.key: asset for asset in walk(tree, known, **options)}  # type: ignore[arg-type]


def test_the_record_of_each_folder_is_in_its_document(tree: DataTree) -> None:
    write_access(install(tree.root / "models/ns/held", WHOLE), AssetAccess(owner=None, holders=("ali",)))
    install(tree.root / "models/ns/earlier", WHOLE)
    write(tree.root / "models/ns/by-hand", WHOLE)
    write(tree.root / "models/~sara/by-hand", WHOLE)
    write(tree.root / "models/misplaced", WHOLE)
    write(tree.root / "models/ns/coming", {"w.bin.sokhan-part": b"x"})
    write(tree.root / "checkpoints/run/10", {"model.safetensors": safetensors()})
    write(tree.root / "checkpoints/earlier/10", {"model.safetensors": safetensors()})
    write_access(tree.root / "checkpoints/run", SARA)
    assert {key: asset.access for key, asset in found(tree).items()} == {
        "model:ns/held": AssetAccess(owner=None, holders=("ali",)),
        "model:ns/earlier": AssetAccess(),
        "model:ns/by-hand": INSTALLATION,
        "model:~sara/by-hand": AssetAccess(),
        "model:misplaced": INSTALLATION,
        "model:ns/coming": AssetAccess(),
        "checkpoint:run/10": SARA,
        "checkpoint:earlier/10": AssetAccess(),
    }


def test_a_folder_in_download_is_nobody_elses(tree: DataTree) -> None:
    write(tree.root / "models/ns/a", WHOLE)
    assert found(tree, download_running={"model:ns/a"})["model:ns/a"].access == AssetAccess()


def test_a_record_is_neither_content_nor_size(tree: DataTree) -> None:
    folder = install(tree.root / "models/ns/a", WHOLE)
    (before,) = walk(tree)
    write_access(folder, SARA)
    (after,) = walk(tree)
    assert after == before.model_copy(update={"access": SARA}), "a voice is not loaded again for it"
    (tree.root / "models/ns/only").mkdir()
    write_access(tree.root / "models/ns/only", SARA)
    assert len(walk(tree)) == 1
    manifest = read_manifest(folder)
    assert manifest is not None
    check = _Check(folder, manifest.files)
    list(check.steps())
    assert (check.verified, check.damaged_count) == (2, 0)


def test_a_change_is_seen_also_where_only_one_folder_is_looked_at(tree: DataTree) -> None:
    folder = install(tree.root / "models/ns/a", WHOLE)
    run = write(tree.root / "checkpoints/run/10", {"model.safetensors": safetensors()}).parent
    known = found(tree)
    write_access(folder, SARA)
    write_access(run, SARA)
    assert found(tree, known, only=set()) == known
    for only in ({folder, run / ACCESS},):
        assert {asset.access for asset in found(tree, known, only=only).values()} == {SARA}


def test_a_change_wakes_the_watcher(tree: DataTree) -> None:
    relevant = change_filter(tree.root)
    for path in (f"models/ns/a/{ACCESS}", f"checkpoints/run/{ACCESS}"):
        assert relevant(Change.modified, str(tree.root / path))
    assert not relevant(Change.modified, str(tree.root / f"models/ns/a/.{ACCESS}.0a1b2c3d.tmp"))


def test_a_hidden_record_makes_nothing_visible(tree: DataTree) -> None:
    folder = write(tree.root / "models/ns/by-hand", WHOLE)
    (folder / ACCESS).write_bytes(b"{")
    assert found(tree)["model:ns/by-hand"].access == AssetAccess()


def _zip(*names: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("a.jsonl", *names):
            archive.writestr(name, EVERYONE if ACCESS in name else json.dumps({"text": "سلام"}))
    return packed.getvalue()


def _tar(*names: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = len(EVERYONE)
            archive.addfile(member, io.BytesIO(EVERYONE))
    return packed.getvalue()


def bring(tree: DataTree, content: bytes, file_name: str, owner: str = "sara") -> Path:
    (tree.uploads / "u").write_bytes(content)
    importing = DatasetImport(tree, UnpackLimits(1 << 20, 100), lambda: datetime(2026, 1, 1, tzinfo=UTC))
    task = ImportDataset(upload="u", name="texts", namespace="~sara", file_name=file_name)
    return tree.folder("dataset", importing.run(task, "job", owner))


def test_an_upload_is_its_owners(tree: DataTree) -> None:
    folder = bring(tree, _zip(), "a.zip")
    assert read_access(folder) == SARA
    manifest = read_manifest(folder)
    assert manifest is not None
    assert [file.path for file in manifest.files] == ["a.jsonl"]
    (asset,) = walk(tree)
    assert (asset.id, asset.access, asset.status) == ("~sara/texts", SARA, "ready")


@pytest.mark.parametrize("packed", [_zip(ACCESS), _zip(f"sub/{ACCESS}"), _zip(ACCESS.upper()), _tar(ACCESS)])
def test_no_archive_plants_a_record(tree: DataTree, packed: bytes) -> None:
    with pytest.raises(BadDataset):
        bring(tree, packed, "a.zip")
    assert walk(tree) == []


def test_no_single_file_is_a_record(tree: DataTree) -> None:
    texts = json.dumps({"data": [{"paragraphs": [{"context": "م", "qas": [{"question": "چ"}]}]}]})
    folder = bring(tree, texts.encode(), ACCESS)
    assert read_access(folder) == SARA
    assert (folder / f"data-{ACCESS.lstrip('.')}").is_file()

"""What a walk says of folders as people leave them: reported, never fatal."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.scanner.content import read_content
from services.scanner.walk import walk
from shared.contracts.assets import Asset
from shared.contracts.errors import Unavailable
from shared.files import DataTree
from tests.support.folders import BERT, as_nobody, install, public_folder, safetensors, write

WHOLE = {"config.json": BERT, "model.safetensors": safetensors()}


def found(tree: DataTree, **options: object) -> dict[str, Asset]:
    return {asset.id: asset for asset in walk(tree, **options)}  # type: ignore[arg-type]


def test_each_folder_is_judged_alone(tree: DataTree) -> None:
    models = tree.root / "models/ns"
    write(models / "good", WHOLE)
    write(models / "strange", {"a.txt": b"x"})
    write(models / "coming", {"model.safetensors.sokhan-part": b"x", "model.safetensors.sokhan-part.journal": b"x"})
    (models / "empty").mkdir()
    (models / "linked").symlink_to("/etc")
    (install(models / "torn", {"gone.bin": b"12345", "b": b"x"}) / "gone.bin").unlink()
    seen = found(tree)
    assert {name: asset.status for name, asset in seen.items() if name != "ns/linked"} == {
        "ns/good": "ready",
        "ns/strange": "error",
        "ns/coming": "downloading",
        "ns/torn": "error",
    }
    assert "gone.bin" in (seen["ns/torn"].problem or "")
    assert seen["ns/good"].fingerprint != seen["ns/torn"].fingerprint


def test_names_in_persian_and_with_spaces_are_names(tree: DataTree) -> None:
    write(tree.root / "models/مدل‌ها/صدای من", {"config.json": BERT, "وزن ها.safetensors": safetensors()})
    asset = found(tree)["مدل‌ها/صدای من"]
    assert (asset.status, asset.name) == ("ready", "صدای من")
    assert asset.files == ("config.json", "وزن ها.safetensors")


def test_a_name_in_no_known_encoding_is_passed_over(tree: DataTree) -> None:
    folder = write(tree.root / "models/ns/good", WHOLE)
    (folder / os.fsdecode(b"caf\xe9.txt")).touch()
    (tree.root / "models/ns" / os.fsdecode(b"d\xe9")).mkdir()
    (asset,) = walk(tree)
    assert asset.model_dump_json()
    assert asset.files == ("config.json", "model.safetensors")


def test_partial_files_are_neither_listed_nor_counted_and_an_update_leaves_it_ready(tree: DataTree) -> None:
    folder = install(tree.root / "models/ns/updating", WHOLE)
    before = found(tree)["ns/updating"]
    write(
        folder,
        {"new.bin.sokhan-part": bytes(10_000), "new.bin.sokhan-part.journal": b"x", ".cache/huggingface/a": b"x"},
    )
    after = found(tree)["ns/updating"]
    assert (after.status, after.size, after.files) == ("ready", before.size, ("config.json", "model.safetensors"))
    assert after.fingerprint == before.fingerprint, "what arrives beside it changes nothing yet"


def test_what_a_download_has_not_finished_is_not_ready_however_whole_it_looks(tree: DataTree) -> None:
    folder = write(tree.root / "models/ns/coming", WHOLE)
    assert found(tree, download_running={"model:ns/coming"})["ns/coming"].status == "downloading"
    assert found(tree)["ns/coming"].status == "ready"
    install(folder, WHOLE)
    assert found(tree, download_running={"model:ns/coming"})["ns/coming"].status == "ready", (
        "an update of it is under way"
    )


def test_a_broken_link_is_named(tree: DataTree) -> None:
    folder = write(tree.root / "models/ns/half-linked", WHOLE)
    (folder / "tokenizer.json").symlink_to("../../blobs/gone")
    asset = found(tree)["ns/half-linked"]
    assert (asset.status, asset.problem) == ("error", "tokenizer.json is a broken link.")
    assert asset.size == sum(len(content) for content in WHOLE.values())


def test_a_link_to_a_file_is_that_file_and_a_link_to_a_folder_is_not_followed(tree: DataTree) -> None:
    blobs = write(tree.root / "elsewhere", {"weights": safetensors()})
    folder = write(tree.root / "models/ns/linked", {"config.json": BERT})
    (folder / "model.safetensors").symlink_to(blobs / "weights")
    (folder / "everything").symlink_to("/")
    (folder / "itself").symlink_to(folder)
    asset = found(tree)["ns/linked"]
    assert (asset.status, asset.files) == ("ready", ("config.json", "model.safetensors"))


def test_what_is_no_file_is_not_opened(tree: DataTree) -> None:
    folder = write(tree.root / "models/ns/pipes", {"model.safetensors": safetensors()})
    os.mkfifo(folder / "config.json")  # opening it would wait for ever
    assert found(tree)["ns/pipes"].status == "error"


def test_what_may_not_be_read_is_named_and_the_rest_is_shown() -> None:
    with public_folder() as root:
        tree = DataTree(root)
        tree.prepare()
        write(root / "models/ns/good", WHOLE)
        file = write(root / "models/ns/file", WHOLE) / "model.safetensors"
        inner = write(root / "models/ns/inner", {**WHOLE, "sub/a": b"x"}) / "sub"
        outer = write(root / "models/ns/outer", WHOLE)
        namespace = write(root / "models/closed/one", WHOLE).parent
        for path in (file, inner, outer, namespace):
            path.chmod(0)
        with as_nobody():
            problems = {name: asset.problem for name, asset in found(tree).items()}
        for path in (inner, outer, namespace):
            path.chmod(0o755)
        assert problems == {
            "ns/good": None,
            "ns/file": "model.safetensors cannot be read: this program has no permission to.",
            "ns/inner": "The folder sub cannot be read: Permission denied.",
            "ns/outer": "The folder outer cannot be read: Permission denied.",
            "closed": "The folder models/closed cannot be read: Permission denied.",
        }


def test_a_file_that_may_be_read_again_heals_the_folder() -> None:
    with public_folder() as root:
        tree = DataTree(root)
        tree.prepare()
        file = write(root / "models/ns/shut", WHOLE) / "model.safetensors"
        file.chmod(0)
        with as_nobody():
            before = found(tree)["ns/shut"]
        file.chmod(0o644)
        with as_nobody():
            after = found(tree, known={before.key: before})["ns/shut"]
        assert (before.status, after.status) == ("error", "ready")


def test_a_kind_that_cannot_be_read_at_all_is_no_proof_that_all_of_it_is_gone() -> None:
    with public_folder() as root:
        tree = DataTree(root)
        tree.prepare()
        (root / "models").chmod(0)
        with as_nobody(), pytest.raises(Unavailable, match="Permission denied"):
            walk(tree)
        (root / "models").chmod(0o755)


def test_a_file_that_vanishes_while_we_look_was_not_there(tree: DataTree, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tree.root / "models/ns/vanishing", WHOLE)

    def read_and_lose(location: Path) -> object:
        content = read_content(location)
        (folder / "config.json").unlink()
        return content

    monkeypatch.setattr("services.scanner.walk.read_content", read_and_lose)
    assert found(tree)["ns/vanishing"].status == "error"
    monkeypatch.undo()
    (folder / "model.safetensors").unlink()
    assert found(tree) == {}


def test_a_model_without_a_namespace_is_told_where_to_go(tree: DataTree) -> None:
    write(tree.root / "models/my-bert", {**WHOLE, "onnx/model.onnx": b"x"})
    write(tree.root / "models/ns/good", WHOLE)
    write(tree.root / "models/ns", {"notes.txt": b"mine"})
    seen = found(tree)
    assert "models/local/my-bert" in (seen["my-bert"].problem or "")
    assert seen["ns/good"].status == "ready"
    assert "ns" not in seen, "a stray file makes no model"
    write(tree.root / "models/_/my-bert", WHOLE)
    assert found(tree)["my-bert"].status == "ready", "the one in its place is the one of that name"

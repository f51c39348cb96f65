"""What half a copy leaves behind, told without a manifest."""

from __future__ import annotations

import json

import pytest

from services.scanner.walk import walk
from shared.files import DataTree
from tests.support.folders import BERT, install, safetensors, write

SHARDS = [f"model-0000{number}-of-00003.safetensors" for number in (1, 2, 3)]
INDEX = json.dumps({"weight_map": {f"w{number}": shard for number, shard in enumerate(SHARDS)}}).encode()
SHARDED = {"config.json": BERT, "model.safetensors.index.json": INDEX}
WEIGHTS = {"model.safetensors": safetensors()}
PIPER = b'{"phoneme_id_map": {}}'

CASES: dict[str, tuple[str, dict[str, bytes], str]] = {
    "a shard is missing": (
        "models",
        {**SHARDED, SHARDS[0]: safetensors()},
        f"{SHARDS[1]} is missing: model.safetensors.index.json names it.",
    ),
    "a shard in a subfolder": (
        "models",
        {"model_index.json": b"{}", "unet/d.bin.index.json": b'{"weight_map": {"a": "d-1.bin"}}'},
        "unet/d-1.bin is missing: unet/d.bin.index.json names it.",
    ),
    "a cut index": ("models", {**SHARDED, "model.safetensors.index.json": INDEX[:30]}, "cut off, or no JSON"),
    "no bytes": ("models", {"config.json": BERT, "pytorch_model.bin": b""}, "pytorch_model.bin is empty."),
    "cut weights": ("models", {"config.json": BERT, "model.safetensors": safetensors(400)[:-1]}, "cut off"),
    "a cut header": ("models", {"config.json": BERT, "model.safetensors": safetensors(400)[:20]}, "cut off"),
    "weights of zeros": ("models", {"config.json": BERT, "model.safetensors": bytes(5000)}, "cut off"),
    "a cut config": ("models", {"config.json": BERT[:9], **WEIGHTS}, "config.json is cut off, or no JSON."),
    "a cut voice": ("models", {"a/fa.onnx": b"x", "a/fa.onnx.json": PIPER[:9]}, "a/fa.onnx.json is cut off"),
    "no weights": ("models", {"config.json": BERT}, "but no weights"),
    "an empty table": ("datasets", {"data/train.parquet": b""}, "data/train.parquet is empty."),
}


@pytest.mark.parametrize("case", CASES)
def test_the_first_file_at_fault_is_named(tree: DataTree, case: str) -> None:
    kind, files, problem = CASES[case]
    write(tree.root / kind / "ns/copied", files)
    (asset,) = walk(tree)
    assert asset.status == "error"
    assert problem in (asset.problem or "")


@pytest.mark.parametrize(
    "files",
    [
        {**SHARDED, **{shard: safetensors() for shard in SHARDS}},
        {"a/fa.onnx": b"x", "a/fa.onnx.json": PIPER},
        {"config.json": BERT, **WEIGHTS},
    ],
)
def test_a_whole_copy_is_ready(tree: DataTree, files: dict[str, bytes]) -> None:
    write(tree.root / "models/ns/copied", files)
    (asset,) = walk(tree)
    assert (asset.status, asset.problem) == ("ready", None)


def test_what_was_installed_in_parts_on_purpose_is_ready(tree: DataTree) -> None:
    install(tree.root / "models/ns/part", {**SHARDED, SHARDS[2]: bytes(10)})
    (asset,) = walk(tree)
    assert asset.status == "ready"

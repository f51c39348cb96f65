"""What each kind of folder is taken for."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from services.scanner.recognise import recognise
from services.scanner.walk import walk
from shared.contracts.assets import AssetKind
from shared.files import DataTree

CASES: dict[str, tuple[AssetKind, dict[str, str], str]] = {
    "transformers": ("model", {"config.json": '{"model_type": "bert"}', "model.safetensors": ""}, "transformers"),
    "coqui": ("model", {"config.json": '{"model": "vits", "audio": {"sample_rate": 22050}}'}, "coqui_vits"),
    "coqui-other": ("model", {"config.json": '{"model": "glow_tts", "audio": {}}'}, "coqui"),
    "kamtera": ("model", {"best_model_1.pth": "", "config-1.json": "{}"}, "coqui"),
    "piper": (
        "model",
        {"fa.onnx": "", "fa.onnx.json": '{"phoneme_id_map": {}, "audio": {"sample_rate": 22050}}'},
        "piper",
    ),
    "peft": ("model", {"adapter_config.json": "{}", "config.json": '{"model_type": "x"}'}, "peft"),
    "diffusers": ("model", {"model_index.json": "{}"}, "diffusers"),
    "sentence": ("model", {"modules.json": "[]", "config.json": '{"model_type": "bert"}'}, "sentence_transformers"),
    "gguf": ("model", {"a.gguf": "GGUFxx"}, "gguf"),
    "fake-gguf": ("model", {"a.gguf": "nope"}, "unknown"),
    "broken-json": ("model", {"config.json": "{" * 10_000}, "unknown"),
    "list-json": ("model", {"config.json": "[1]"}, "unknown"),
    "ljspeech": ("dataset", {"metadata.csv": "a|b", "wavs/a.wav": ""}, "ljspeech"),
    "common-voice": ("dataset", {"validated.tsv": "", "clips/a.mp3": ""}, "common_voice"),
    "parquet": ("dataset", {"data/train.parquet": ""}, "parquet"),
    "card": ("dataset", {"README.md": "---\ndataset_info: x\n---"}, "hub_dataset"),
    "text": ("dataset", {"train.jsonl": ""}, "text"),
    "nothing": ("dataset", {"a.bin": ""}, "unknown"),
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


@pytest.mark.parametrize("case", CASES)
def test_recognised(tmp_path: Path, case: str) -> None:
    kind, files, type_ = CASES[case]
    write(tmp_path, files)
    assert recognise(tmp_path, kind, tuple(sorted(files))).type == type_


def test_a_walk_reports_what_is_broken_and_goes_on(tmp_path: Path) -> None:
    tree = DataTree(tmp_path)
    tree.prepare()
    write(tmp_path / "models/ns/good", {"config.json": '{"model_type": "bert"}'})
    write(tmp_path / "models/ns/strange", {"a.bin": "x"})
    write(tmp_path / "models/ns/coming", {"model.safetensors.part": "x"})
    write(tmp_path / "models/ns/empty", {})
    (tmp_path / "models/ns/empty").mkdir()
    (tmp_path / "models/ns/linked").symlink_to("/etc")
    (tmp_path / "models/ns/good/dangling").symlink_to("/nowhere")
    manifest = {"id": "ns/torn", "kind": "model", "source": "HuggingFace", "created_at": "2026-01-01T00:00:00Z"}
    manifest_files = [{"path": "gone.bin", "size": 5}]
    write(tmp_path / "models/ns/torn", {"sokhan.json": json.dumps({**manifest, "files": manifest_files}), "b": "x"})
    found = {asset.id: asset for asset in walk(tree)}
    assert found["ns/good"].status == "ready"
    assert found["ns/strange"].status == "error"
    assert found["ns/coming"].status == "downloading"
    assert found["ns/torn"].status == "error"
    assert "gone.bin" in (found["ns/torn"].problem or "")
    assert "ns/empty" not in found
    assert found["ns/good"].fingerprint != found["ns/torn"].fingerprint


def test_a_name_in_no_known_encoding_is_passed_over(tmp_path: Path) -> None:
    tree = DataTree(tmp_path)
    tree.prepare()
    write(tmp_path / "models/ns/good", {"config.json": '{"model_type": "bert"}'})
    (tmp_path / "models/ns/good" / os.fsdecode(b"caf\xe9.txt")).touch()
    (tmp_path / "models/ns" / os.fsdecode(b"d\xe9")).mkdir()
    (asset,) = walk(tree)
    assert asset.model_dump_json()
    assert asset.files == ("config.json",)

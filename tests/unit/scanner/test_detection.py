"""What each kind of folder is taken for."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from services.scanner.detection import detect, named_repository
from shared.contracts.assets import AssetKind

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
    "piper in a subfolder": (
        "model",
        {
            "fa/fa_IR/amir/medium/fa_IR-amir-medium.onnx": "",
            "fa/fa_IR/amir/medium/fa_IR-amir-medium.onnx.json": '{"phoneme_id_map": {}, "espeak": {"voice": "fa"}}',
            "fa/fa_IR/amir/medium/MODEL_CARD": "",
        },
        "piper",
    ),
    "piper without its settings": ("model", {"fa.onnx": "", "fa.onnx.json": '{"phoneme_id_m'}, "unknown"),
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
    "tsv": ("dataset", {"mizan_train.tsv": ""}, "text"),
    "txt": ("dataset", {"corpus.TXT": "", "README.txt": ""}, "text"),
    "squad": ("dataset", {"train.json": '{"version": 1.1, "data": []}'}, "text"),
    "papers only": ("dataset", {"README.txt": "", "LICENSE.txt": "", "a.bin": ""}, "unknown"),
    "json of another kind": ("dataset", {"a.json": '{"x": 1}'}, "unknown"),
    "nothing": ("dataset", {"a.bin": ""}, "unknown"),
}


_WHISPER = '{"model_type": "whisper", "architectures": ["WhisperForConditionalGeneration"]}'
_PRETRAINED = '{"model_type": "wav2vec2", "architectures": ["Wav2Vec2ForPreTraining"]}'


@pytest.mark.parametrize(
    ("config", "weights", "extractor", "transcribes"),
    [
        (_WHISPER, "model.safetensors", "preprocessor_config.json", True),
        (_WHISPER, "model.safetensors.index.json", "preprocessor_config.json", True),
        (_WHISPER, "pytorch_model.bin", "preprocessor_config.json", False),
        (_WHISPER, "model.safetensors", "README.md", False),
        (_PRETRAINED, "model.safetensors", "preprocessor_config.json", False),
        ('{"model_type": "bert", "architectures": 5}', "model.safetensors", "preprocessor_config.json", False),
    ],
)
def test_a_speech_recogniser(config: str, weights: str, extractor: str, transcribes: bool, tmp_path: Path) -> None:
    write(tmp_path, {"config.json": config, weights: "", extractor: "{}"})
    found = detect(tmp_path, "model", ("config.json", weights, extractor))
    assert (found.type, found.details.transcribes) == ("transformers", transcribes)


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


@pytest.mark.parametrize("case", CASES)
def test_recognised(tmp_path: Path, case: str) -> None:
    kind, files, type_ = CASES[case]
    write(tmp_path, files)
    assert detect(tmp_path, kind, tuple(sorted(files))).type == type_


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("HooshvareLab/bert-fa-base-uncased", "HooshvareLab/bert-fa-base-uncased"),
        ("/home/somebody/model", None),
        ("./out/model", None),
        ("bert-base", None),
        (7, None),
    ],
)
def test_a_config_may_name_the_repository_it_comes_from(tmp_path: Path, named: object, found: str | None) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert", "_name_or_path": named}))
    assert named_repository(tmp_path, {"config.json"}) == found

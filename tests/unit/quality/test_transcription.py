from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from shared.contracts.errors import UnsafeCheckpoint
from shared.persian.espeak import SAMPLE_RATE, espeak
from shared.persian.frontend import Frontend
from shared.quality.intelligibility import letters_of
from shared.quality.transcription import load_transcriber
from tests.support.recognizers import write_wav2vec2, write_whisper

_Write = Callable[[Path], Path]
_SPEECH = np.frombuffer(espeak().speak("سلام دنیا"), dtype="<i2").astype(np.float32) / 32768.0


@pytest.mark.parametrize("write", [write_wav2vec2, write_whisper])
def test_an_installed_recogniser_transcribes(write: _Write, tmp_path: Path) -> None:
    transcriber = load_transcriber(write(tmp_path / "asr"))
    text = transcriber.transcribe(_SPEECH, SAMPLE_RATE)
    assert text
    assert "<" not in text
    assert transcriber.transcribe(_SPEECH, SAMPLE_RATE) == text


@pytest.mark.parametrize("write", [write_wav2vec2, write_whisper])
@pytest.mark.parametrize("samples", [np.zeros(0), np.ones(1), np.zeros(30_000), np.full(30_000, np.nan)])
def test_any_recording_is_survived(write: _Write, samples: np.ndarray, tmp_path: Path) -> None:
    assert len(load_transcriber(write(tmp_path / "asr")).transcribe(samples.astype(np.float32), 22050)) < 300


def test_pickled_weights_are_not_opened(tmp_path: Path) -> None:
    folder = write_wav2vec2(tmp_path / "asr")
    (folder / "model.safetensors").unlink()
    torch.save({"evil": torch.zeros(1)}, folder / "pytorch_model.bin")
    with pytest.raises(UnsafeCheckpoint, match="pickled"):
        load_transcriber(folder)


def test_a_model_without_a_head_is_refused(tmp_path: Path) -> None:
    from transformers import AutoModelForCTC

    folder = write_wav2vec2(tmp_path / "asr")
    AutoModelForCTC.from_pretrained(folder).wav2vec2.save_pretrained(folder)
    with pytest.raises(UnsafeCheckpoint, match="no head"):
        load_transcriber(folder)


@pytest.mark.parametrize("changes", [{"model_type": "bert"}, {"num_hidden_layers": 10_000}, {"hidden_size": 1 << 16}])
def test_a_configuration_that_does_not_fit_is_refused(changes: dict[str, object], tmp_path: Path) -> None:
    folder = write_wav2vec2(tmp_path / "asr")
    _change(folder / "config.json", changes)
    with pytest.raises(UnsafeCheckpoint):
        load_transcriber(folder)


@pytest.mark.parametrize(
    "changes",
    [
        {"sampling_rate": 8000},
        {"sampling_rate": None},
        {"chunk_length": 20_000},
        {"n_fft": 1 << 15, "feature_size": 1000},
        {"feature_size": 100_000},
        {"hop_length": 1},
    ],
)
def test_an_extractor_that_needs_much_memory_is_refused(changes: dict[str, object], tmp_path: Path) -> None:
    folder = write_whisper(tmp_path / "asr")
    _change(folder / "preprocessor_config.json", changes)
    with pytest.raises(UnsafeCheckpoint, match="extractor"):
        load_transcriber(folder)


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("preprocessor_config.json", {"feature_size": 7}),
        ("preprocessor_config.json", {"feature_extractor_type": "ClapFeatureExtractor"}),
        ("config.json", {"max_target_positions": 1}),
        ("generation_config.json", {"is_multilingual": False}),
        ("generation_config.json", {"lang_to_id": {"<|fa|>": 1_000_000}}),
        ("generation_config.json", {"task_to_id": {}}),
    ],
)
def test_files_that_do_not_fit_together_are_an_error_of_the_model(
    file: str, changes: dict[str, object], tmp_path: Path
) -> None:
    folder = write_whisper(tmp_path / "asr")
    _change(folder / file, changes)
    with pytest.raises(UnsafeCheckpoint):
        load_transcriber(folder).transcribe(_SPEECH, SAMPLE_RATE)


@pytest.mark.parametrize("index", ['{"weight_map": []}', "[" * 100_000, "[]", '{"weight_map": {"a": 5}}'])
def test_a_damaged_index_of_weights_is_refused(index: str, tmp_path: Path) -> None:
    folder = write_wav2vec2(tmp_path / "asr")
    (folder / "model.safetensors").unlink()
    (folder / "model.safetensors.index.json").write_text(index)
    with pytest.raises(UnsafeCheckpoint):
        load_transcriber(folder)


def _change(path: Path, changes: dict[str, object]) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize("name", ["config.json", "vocab.json", "preprocessor_config.json"])
def test_missing_files_are_refused(name: str, tmp_path: Path) -> None:
    folder = write_wav2vec2(tmp_path / "asr")
    (folder / name).unlink()
    with pytest.raises(UnsafeCheckpoint):
        load_transcriber(folder)


def test_a_feature_extractor_of_another_rate_is_refused(tmp_path: Path) -> None:
    folder = write_wav2vec2(tmp_path / "asr")
    path = folder / "preprocessor_config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "sampling_rate": 8000}))
    with pytest.raises(UnsafeCheckpoint, match="sampling_rate is 8000"):
        load_transcriber(folder).transcribe(_SPEECH, SAMPLE_RATE)


def test_letters_are_compared_in_their_normal_form() -> None:
    frontend = Frontend()
    assert letters_of("مي‌روم، ۲ كتاب!", frontend) == letters_of("می روم دو کتاب", frontend)

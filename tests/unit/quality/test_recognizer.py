from __future__ import annotations

import functools
import json
import math
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from shared.contracts.errors import BadDataset, UnsafeCheckpoint
from shared.persian.espeak import SAMPLE_RATE, espeak
from shared.persian.frontend import Frontend
from shared.quality.phonemes import error_rate, split_phonemes
from shared.quality.recognizer import PhonemeNetwork, PhonemeRecognizer, RecognizerSizes, load_recognizer
from shared.quality.recognizer_training import SpokenExample, train_recognizer

_Change = Callable[[torch.Tensor], torch.Tensor]
_WORDS = ["سلام", "دنیا", "کتاب", "خوب", "باران", "آمد", "چای", "داغ", "شب", "راه", "دور", "نان", "تازه", "جهان", "ما"]
_UNHEARD = ("سلام خوب آمد", "کتاب ما دور", "باران تازه شب", "جهان نان داغ")


@functools.cache  # espeak-ng speaks a text with other noise each time
def _speech(text: str) -> NDArray[np.float32]:
    return np.frombuffer(espeak().speak(text), dtype="<i2").astype(np.float32) / 32768.0


def _example(text: str) -> SpokenExample:
    return SpokenExample(functools.partial(_speech, text), SAMPLE_RATE, split_phonemes(Frontend().phonemes(text)))


@pytest.fixture(scope="module")
def trained() -> PhonemeRecognizer:
    order = random.Random(0)
    sentences = (" ".join(order.sample(_WORDS, 4)) for _ in range(60))
    return train_recognizer(
        [_example(text) for text in sentences], seed=3, least_steps=600, epochs=1, channels=64, blocks=4
    )


def _untrained() -> PhonemeRecognizer:
    sizes = RecognizerSizes(phonemes=("a", "b"), channels=8, blocks=1)
    return PhonemeRecognizer(PhonemeNetwork(sizes), sizes)


def test_recognises_new_sentences_of_its_speaker(trained: PhonemeRecognizer) -> None:
    rates = [error_rate(_example(t).phonemes, trained.recognize(_speech(t), SAMPLE_RATE)) for t in _UNHEARD]
    assert np.mean(rates) < 0.1


def test_dropped_words_raise_the_error_rate(trained: PhonemeRecognizer) -> None:
    reference = split_phonemes(Frontend().phonemes("سلام خوب آمد"))
    rate = error_rate(reference, trained.recognize(_speech("سلام آمد"), SAMPLE_RATE))
    assert 0.15 < rate < 0.4  # three phonemes of eleven


@pytest.mark.parametrize("gain", [0.05, 1.9])
def test_gain_changes_nothing(trained: PhonemeRecognizer, gain: float) -> None:
    loud = np.asarray(_speech("چای داغ") * gain, dtype=np.float32)
    assert trained.recognize(loud, SAMPLE_RATE) == trained.recognize(_speech("چای داغ"), SAMPLE_RATE)


@pytest.mark.parametrize(
    "samples",
    [np.zeros(0), np.zeros(1), np.ones(1), np.zeros(30_000), np.full(9_000, np.nan), np.full(9_000, np.inf)],
)
def test_any_samples_are_survived(trained: PhonemeRecognizer, samples: NDArray[np.float32]) -> None:
    assert len(trained.recognize(samples.astype(np.float32), SAMPLE_RATE)) < 20


def test_silence_has_no_phonemes(trained: PhonemeRecognizer) -> None:
    noise = np.random.default_rng(0).normal(0, 1e-5, 22050).astype(np.float32)
    assert trained.recognize(noise, SAMPLE_RATE) == ()


def test_training_is_reproducible_and_leaves_the_generators_alone() -> None:
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    one, other = (train_recognizer([_example("سلام")], seed=1, epochs=2, least_steps=2) for _ in range(2))
    assert torch.equal(torch.rand(3), expected)
    assert one.recognize(_speech("سلام"), SAMPLE_RATE) == other.recognize(_speech("سلام"), SAMPLE_RATE)


def test_training_ends_when_its_time_is_over() -> None:
    ticks = iter(range(1000))
    lines: list[str] = []
    train_recognizer(
        [_example("سلام")],
        seed=1,
        epochs=500,
        least_steps=1,
        max_seconds=10,
        log=lines.append,
        clock=lambda: next(ticks),
    )
    assert lines == ["recogniser: out of time in epoch 11 of 500"]
    assert next(ticks) == 12


def test_without_usable_examples_there_is_no_training() -> None:
    silent = SpokenExample(lambda: np.zeros(16000, dtype=np.float32), 16000, ("a", "b"))
    cut = SpokenExample(lambda: np.ones(600, dtype=np.float32), 16000, ("a",) * 50)
    with pytest.raises(BadDataset):
        train_recognizer([silent, cut], seed=1)
    with pytest.raises(BadDataset):
        train_recognizer([], seed=1)


def test_too_many_phonemes_are_an_error_of_the_data() -> None:
    noise = np.random.default_rng(1).standard_normal(16000 * 20).astype(np.float32)
    units = tuple(chr(0x4E00 + number) for number in range(600))
    with pytest.raises(BadDataset, match="600 phonemes"):
        train_recognizer([SpokenExample(lambda: noise, 16000, units)], seed=1)


def test_saved_and_loaded_it_recognises_the_same(trained: PhonemeRecognizer, tmp_path: Path) -> None:
    trained.save(tmp_path / "r.safetensors")
    loaded = load_recognizer(tmp_path / "r.safetensors")
    assert loaded.phonemes == trained.phonemes
    assert loaded.covers(frozenset(trained.phonemes[:3]))
    assert not loaded.covers(frozenset({"θ"}))
    for text in _UNHEARD:
        assert loaded.recognize(_speech(text), SAMPLE_RATE) == trained.recognize(_speech(text), SAMPLE_RATE)


def test_half_precision_recognises_the_same(trained: PhonemeRecognizer, tmp_path: Path) -> None:
    trained.save(tmp_path / "r.safetensors")
    with safe_open(tmp_path / "r.safetensors", "pt") as file:
        metadata = file.metadata()
    halves = {name: tensor.half() for name, tensor in load_file(tmp_path / "r.safetensors").items()}
    save_file(halves, tmp_path / "half.safetensors", metadata=metadata)
    loaded = load_recognizer(tmp_path / "half.safetensors")
    for text in _UNHEARD:
        assert loaded.recognize(_speech(text), SAMPLE_RATE) == trained.recognize(_speech(text), SAMPLE_RATE)


def _metadata(**changes: object) -> dict[str, str]:
    return {"sokhan": json.dumps({"phonemes": ["a", "b"], "channels": 8, "blocks": 1} | changes)}


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"sokhan": "{"},
        {"sokhan": "[" * 100_000},
        {"sokhan": "[]"},
        _metadata(channels=1 << 40),
        _metadata(blocks=1000),
        _metadata(channels=16),
        _metadata(phonemes=["a"]),
        _metadata(phonemes=[]),
        _metadata(phonemes=["a"] * 5000),
        _metadata(schema="other/1"),
        _metadata(code="os.system"),
    ],
)
def test_hostile_metadata_is_refused(tmp_path: Path, metadata: dict[str, str]) -> None:
    _untrained().save(tmp_path / "good.safetensors")
    save_file(load_file(tmp_path / "good.safetensors"), tmp_path / "bad.safetensors", metadata=metadata)
    with pytest.raises(UnsafeCheckpoint):
        load_recognizer(tmp_path / "bad.safetensors")


@pytest.mark.parametrize("content", [b"", b"\x80\x04pickle", b"\xff" * 64])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "r.safetensors").write_bytes(content)
    with pytest.raises(UnsafeCheckpoint):
        load_recognizer(tmp_path / "r.safetensors")


def test_large_files_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "r.safetensors").open("wb") as file:
        file.truncate(33 << 20)
    with pytest.raises(UnsafeCheckpoint, match="not read"):
        load_recognizer(tmp_path / "r.safetensors")


@pytest.mark.parametrize("change", [lambda t: t.to(torch.int32), lambda t: t * math.nan])
def test_weights_that_are_no_finite_floats_are_refused(tmp_path: Path, change: functools.partial[torch.Tensor]) -> None:
    _untrained().save(tmp_path / "r.safetensors")
    tensors = {name: change(tensor) for name, tensor in load_file(tmp_path / "r.safetensors").items()}
    save_file(tensors, tmp_path / "r.safetensors", metadata=_metadata())
    with pytest.raises(UnsafeCheckpoint, match="finite"):
        load_recognizer(tmp_path / "r.safetensors")

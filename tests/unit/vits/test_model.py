"""Networks from configurations; weights from safetensors only."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, cast

import pytest
import torch

from shared import products
from shared.contracts.errors import UnsafeCheckpoint
from shared.persian.frontend import Frontend
from shared.products import Origin, read_info
from shared.vits.config import WEIGHTS, write_config
from shared.vits.loading import load_voice
from shared.vits.model import build, generator_state, load_weights, save_tensors
from shared.vits.presets import preset
from shared.vits.tokens import Tokenizer

TINY = preset("tiny")
CPU = torch.device("cpu")


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    folder = tmp_path / "checkpoint"
    folder.mkdir()
    save_tensors(generator_state(build(TINY, seed=1)), folder / WEIGHTS)
    write_config(folder, TINY)
    return folder


def test_the_same_seed_builds_the_same_network() -> None:
    one, two, other = (generator_state(build(TINY, seed=seed)) for seed in (1, 1, 2))
    assert all(torch.equal(one[name], two[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)


def test_our_ids_are_coquis_ids() -> None:
    tokenizer = cast("Any", build(TINY, seed=0)).tokenizer
    ours = Tokenizer(TINY.characters)
    text = Frontend().phonemes("قاشق و غذا، چطور است؟")
    assert "q1" in text
    encoded = ours.encode(text)
    assert encoded.ids == tokenizer.text_to_ids(text)
    assert not encoded.unknown
    assert ours.count == tokenizer.characters.num_chars
    assert ours.pad_id == tokenizer.pad_id
    assert ours.blank_id == tokenizer.blank_id


def test_every_phoneme_of_the_alphabet_is_known() -> None:
    frontend, tokenizer = Frontend(), Tokenizer(TINY.characters)
    words = ["ضایع", "صبح", "ثابت", "قفل", "فغان", "غار", "عشق", "هوا", "خواهر", "حال", "جزء", "چای", "پا", "گُل"]
    words += ["ژاله", "ظهر", "طلا", "زود", "رأی", "ذرت", "دو", "سؤال", "مسئول", "یک", "سی", "شیر", "لب", "آب", "نه"]
    assert not {symbol for word in words for symbol in tokenizer.encode(frontend.phonemes(word)).unknown}


def test_marks_alone_are_nothing_to_say() -> None:
    assert Tokenizer(TINY.characters).encode("., !").known == 0


def test_a_voice_is_loaded_without_its_discriminator(checkpoint: Path) -> None:
    module, config = load_voice(checkpoint, CPU)
    assert config == TINY
    assert not module.training
    assert not [name for name, _ in module.named_parameters() if name.startswith("disc.")]


def test_weights_of_another_size_are_refused(checkpoint: Path) -> None:
    with pytest.raises(UnsafeCheckpoint, match="do not fit"):
        load_weights(build(preset("fast"), seed=0), checkpoint / WEIGHTS)


@pytest.mark.parametrize("content", [b"", b"\xff" * 64, (2**62).to_bytes(8, "little") + b"{}"])
def test_what_is_no_safetensors_is_refused(checkpoint: Path, content: bytes) -> None:
    (checkpoint / WEIGHTS).write_bytes(content)
    with pytest.raises(UnsafeCheckpoint):
        load_voice(checkpoint, CPU)


def test_a_pickle_is_never_opened(checkpoint: Path, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "exploded",)  # type: ignore[return-value]

    (checkpoint / WEIGHTS).write_bytes(pickle.dumps(Bomb()))
    with pytest.raises(UnsafeCheckpoint):
        load_voice(checkpoint, CPU)
    assert not (tmp_path / "exploded").exists()


def test_missing_and_additional_tensors_are_refused(checkpoint: Path) -> None:
    tensors = generator_state(build(TINY, seed=1))
    name = next(iter(tensors))
    save_tensors({**tensors, "evil": torch.zeros(1)}, checkpoint / WEIGHTS)
    with pytest.raises(UnsafeCheckpoint, match="evil"):
        load_voice(checkpoint, CPU)
    save_tensors({k: v for k, v in tensors.items() if k != name}, checkpoint / WEIGHTS)
    with pytest.raises(UnsafeCheckpoint, match=name.split(".")[0]):
        load_voice(checkpoint, CPU)


def publish(checkpoint: Path, target: Path, step: int, run: str = "r") -> Path:
    origin = Origin(name="صدا", run_id=run, step=step)
    return products.publish(checkpoint, target, recipe="vits", origin=origin, scratch=target.parents[1] / "tmp")


def test_a_voice_replaces_an_older_one_whole(checkpoint: Path, tmp_path: Path) -> None:
    target = tmp_path / "models" / "voice"
    publish(checkpoint, target, 1)
    (target / "left-over").touch()
    assert publish(checkpoint, target, 2) == target
    assert read_info(target).step == 2
    assert sorted(p.name for p in target.iterdir()) == ["config.json", "model.safetensors", "voice.json"]
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_voice_is_never_overwritten_by_another_runs(checkpoint: Path, tmp_path: Path) -> None:
    target = tmp_path / "models" / "voice"
    assert publish(checkpoint, target, 1, "first") == target
    assert publish(checkpoint, target, 2, "second-run") == tmp_path / "models" / "voice-second-r"
    assert publish(checkpoint, target, 3, "second-run") == tmp_path / "models" / "voice-second-r"
    assert read_info(target).run_id == "first"
    by_hand = tmp_path / "models" / "by-hand"
    by_hand.mkdir()
    (by_hand / "precious").touch()
    assert publish(checkpoint, by_hand, 1, "third") == tmp_path / "models" / "by-hand-third"
    assert (by_hand / "precious").exists()


def test_a_checkpoint_without_weights_publishes_nothing(checkpoint: Path, tmp_path: Path) -> None:
    (checkpoint / WEIGHTS).unlink()
    target = tmp_path / "models" / "voice"
    with pytest.raises(OSError, match="model"):
        publish(checkpoint, target, 1)
    assert not target.exists()
    assert list((tmp_path / "tmp").iterdir()) == []

"""Reading a dataset: what is kept, what is left out and why, what ends the run."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import soundfile

from services.trainer.recipes.vits.dataset import SpeechCorpus, read_corpus
from shared.contracts.errors import BadDataset
from shared.persian.frontend import Frontend
from shared.vits.config import TextInput
from shared.vits.presets import preset
from tests.support.training import Runs


def read(*folders: Path, fraction: float = 0.2, seed: int = 1, text_input: TextInput = "phonemes") -> SpeechCorpus:
    config = preset("tiny", text_input=text_input)
    return read_corpus(folders, config, Frontend(), max_seconds=10.0, validation_fraction=fraction, seed=seed)


@pytest.fixture
def folder(runs: Runs, tmp_path: Path) -> Path:
    return Path(shutil.copytree(runs.dataset, tmp_path / "copy"))


def add(folder: Path, name: str, text: str, seconds: float = 2.0, rate: int = 22050) -> None:
    soundfile.write(folder / "wavs" / f"{name}.wav", np.zeros(int(seconds * rate), dtype=np.float32), rate)
    with (folder / "metadata.csv").open("a", encoding="utf-8") as file:
        file.write(f"{name}|{text}\n")


def test_the_same_seed_holds_back_the_same_utterances(folder: Path) -> None:
    one, two, other = read(folder), read(folder), read(folder, seed=3)
    assert one == two
    assert (len(one.train), len(one.validation)) == (5, 1)
    assert {e.id for e in one.train} | {e.id for e in one.validation} == {f"u{n}" for n in range(6)}
    assert other.validation != one.validation


def test_at_least_one_is_held_back_and_at_least_one_is_left(folder: Path) -> None:
    assert len(read(folder, fraction=0.0).validation) == 1
    assert len(read(folder, fraction=0.5).train) == 3


def test_letters_or_phonemes(folder: Path) -> None:
    phonemes, graphemes = read(folder), read(folder, text_input="graphemes")
    assert not phonemes.unknown
    assert not graphemes.unknown
    assert [e.tokens for e in phonemes.train] != [e.tokens for e in graphemes.train]


def test_what_cannot_be_used_is_left_out_with_a_reason(folder: Path) -> None:
    add(folder, "english", "hello world")
    add(folder, "long", "سلام", seconds=11)
    add(folder, "short", "سلام", seconds=0.1)
    add(folder, "hasty", "این جمله بسیار بلندتر از آن است که در سه دهم ثانیه گفته شود", seconds=0.3)
    corpus = read(folder)
    assert dict(corpus.dropped) == {
        "without a Persian letter": 1,
        "longer than 10 s": 1,
        "shorter than 0.2 s": 1,
        "with too much text for their audio": 1,
    }
    assert "1 longer than 10 s" in str(corpus)


def test_another_sample_rate_is_no_obstacle(folder: Path) -> None:
    add(folder, "phone", "سلام دنیا", rate=8000)
    assert len(read(folder).train) + len(read(folder).validation) == 7


def test_no_metadata(folder: Path) -> None:
    (folder / "metadata.csv").unlink()
    with pytest.raises(BadDataset, match=r"metadata\.csv"):
        read(folder)


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="nowhere"):
        read(tmp_path / "nowhere")


def test_a_missing_wav_is_named(folder: Path) -> None:
    (folder / "wavs" / "u3.wav").unlink()
    with pytest.raises(BadDataset, match=r"u3\.wav"):
        read(folder)


def test_an_empty_dataset(folder: Path) -> None:
    (folder / "metadata.csv").write_text("\n", encoding="utf-8")
    with pytest.raises(BadDataset):
        read(folder)


def test_no_text_in_persian(folder: Path) -> None:
    lines = (folder / "metadata.csv").read_text(encoding="utf-8").splitlines()
    english = "".join(f"{line.split('|')[0]}|hello\n" for line in lines)
    (folder / "metadata.csv").write_text(english, encoding="utf-8")
    with pytest.raises(BadDataset, match="0 of 6") as refused:
        read(folder)
    assert "6 without a Persian letter" in str(refused.value.hint)


def test_several_folders_are_one_corpus(runs: Runs, folder: Path) -> None:
    corpus = read(runs.dataset, folder)
    assert len(corpus.train) + len(corpus.validation) == 12

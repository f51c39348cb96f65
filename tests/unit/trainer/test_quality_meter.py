"""A checkpoint's figures, for readings with known defects in place of the network's speech."""

from __future__ import annotations

import functools
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from accelerate import Accelerator

from services.trainer.interface.task import TaskSpec
from services.trainer.recipes.vits.dataset import Example, SpeechCorpus, read_corpus
from services.trainer.recipes.vits.parameters import VitsParameters
from services.trainer.recipes.vits.quality import QualityMeter
from shared.persian.frontend import Frontend
from shared.quality.phonemes import split_phonemes
from shared.quality.recognizer import RECOGNIZER
from shared.quality.recognizer_training import SpokenExample, train_recognizer
from shared.vits.audio import Samples, read_mono, resample_samples
from shared.vits.presets import preset
from tests.support.recognizers import write_wav2vec2
from tests.support.training import write_dataset

_WORDS = ("سلام", "دنیا", "کتاب", "خوب", "باران", "آمد", "چای", "داغ", "شب", "راه", "دور", "نان", "تازه", "جهان", "ما")
_RATE = 22050
_Defect = Callable[[Samples], Samples]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> SpeechCorpus:
    order = random.Random(0)
    rows = [(f"u{number}", " ".join(order.sample(_WORDS, 4))) for number in range(64)]
    folder = write_dataset(tmp_path_factory.mktemp("speech") / "words", rows)
    return read_corpus((folder,), preset("tiny"), Frontend(), max_seconds=12, validation_fraction=0.06, seed=1)


class _Meter:
    """A meter whose network speaks the recordings with a defect."""

    def __init__(self, corpus: SpeechCorpus, resume: Path | None = None, asr: Path | None = None, count: int = 4):
        self.log: list[str] = []
        parameters = VitsParameters(quality_utterances=count)
        spec = TaskSpec(parameters, (), None, None, resume, Accelerator(cpu=True), self.log.append, asr_model=asr)
        self.defect: _Defect = lambda samples: samples
        self.meter = QualityMeter(spec, _RATE, corpus, Frontend(), self._speak)

    def _speak(self, network: torch.nn.Module, example: Example) -> Samples:
        return self.defect(read_mono(example.audio, _RATE))

    def figures(self, defect: _Defect = lambda samples: samples) -> dict[str, float]:
        self.defect = defect
        return self.meter.measure(torch.nn.Identity())


@pytest.fixture(scope="module")
def checkpoint(corpus: SpeechCorpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a recogniser of the training recordings, smaller than that of a run."""
    folder = tmp_path_factory.mktemp("checkpoint")
    examples = [
        SpokenExample(functools.partial(read_mono, e.audio, _RATE), _RATE, split_phonemes(Frontend().phonemes(e.text)))
        for e in corpus.train
    ]
    train_recognizer(examples, seed=3, least_steps=600, epochs=1, channels=64, blocks=4).save(folder / RECOGNIZER)
    return folder


@pytest.fixture(scope="module")
def meter(corpus: SpeechCorpus, checkpoint: Path) -> _Meter:
    return _Meter(corpus, checkpoint)


def test_a_stored_recogniser_is_used_again(meter: _Meter) -> None:
    meter.figures()
    assert len(meter.log) == 1
    assert "4 held-back recordings themselves" in meter.log[0]


def test_the_recordings_themselves_have_no_defects(meter: _Meter) -> None:
    figures = meter.figures()
    assert figures.pop("quality_per") < 0.05
    assert 0 < figures.pop("quality_silence") < 0.4
    assert figures == {
        "quality_mcd": 0.0,
        "quality_f0_cents": 0.0,
        "quality_pitch_cents": 0.0,
        "quality_duration_ratio": 1.0,
        "quality_loudness_db": 0.0,
        "quality_clipping": 0.0,
    }


def test_a_shifted_pitch(meter: _Meter) -> None:
    figures = meter.figures(lambda samples: resample_samples(samples, 1189, 1000))  # three semitones up, as a tape
    assert figures["quality_pitch_cents"] == pytest.approx(300, abs=15)
    assert figures["quality_f0_cents"] > 250
    assert figures["quality_duration_ratio"] == pytest.approx(1 / 1.189, rel=0.02)


def test_dropped_words(meter: _Meter) -> None:
    figures = meter.figures(lambda samples: samples[: samples.size // 2])
    assert 0.35 < figures["quality_per"] < 0.75
    assert figures["quality_duration_ratio"] == pytest.approx(0.5, abs=0.12)
    assert figures["quality_mcd"] > 3


def test_clipped_speech(meter: _Meter) -> None:
    figures = meter.figures(lambda samples: np.clip(samples / np.quantile(np.abs(samples), 0.95), -1, 1))
    assert figures["quality_clipping"] == pytest.approx(0.05, rel=0.05)
    assert figures["quality_loudness_db"] > 3


def test_silence(meter: _Meter) -> None:
    figures = meter.figures(np.zeros_like)
    assert figures["quality_per"] == 1.0
    assert figures["quality_silence"] == 1.0
    assert figures["quality_duration_ratio"] == 0.0
    assert figures["quality_loudness_db"] < -60
    assert "quality_mcd" not in figures


def test_other_speech_than_the_texts(meter: _Meter) -> None:
    assert meter.figures(lambda samples: np.ascontiguousarray(samples[::-1]))["quality_per"] > 0.6


@pytest.mark.parametrize("content", [b"", b"\x80\x04 a pickle"])
def test_a_damaged_recogniser_is_replaced(corpus: SpeechCorpus, tmp_path: Path, content: bytes) -> None:
    (tmp_path / RECOGNIZER).write_bytes(content)
    log = _Meter(corpus, tmp_path).log
    assert "is not used" in log[0]


def test_an_installed_recogniser_counts_letters(corpus: SpeechCorpus, tmp_path: Path) -> None:
    meter = _Meter(corpus, asr=write_wav2vec2(tmp_path / "asr"))
    figures = meter.figures()
    assert figures["quality_cer"] > 0.5  # it has random weights
    assert "quality_per" not in figures
    meter.meter.save(tmp_path)
    assert not (tmp_path / RECOGNIZER).exists()


def test_a_recogniser_that_cannot_be_loaded_leaves_the_acoustic_figures(corpus: SpeechCorpus, tmp_path: Path) -> None:
    meter = _Meter(corpus, asr=tmp_path)
    assert {"quality_per", "quality_cer"}.isdisjoint(meter.figures())
    assert meter.figures()["quality_mcd"] == 0.0
    assert len([line for line in meter.log if "not measured" in line]) == 1


def test_a_recording_that_is_gone_costs_the_figures_and_not_the_run(corpus: SpeechCorpus, checkpoint: Path) -> None:
    gone = Example("gone", Path("/nowhere.wav"), (1,), 1.0, text="سلام")
    meter = _Meter(SpeechCorpus(corpus.train, (gone,), Counter(), Counter()), checkpoint)
    assert meter.figures() == {}
    assert "was not measured" in meter.log[-1]


def test_turned_off_it_does_nothing(corpus: SpeechCorpus, tmp_path: Path) -> None:
    meter = _Meter(corpus, count=0)
    assert meter.figures() == {}
    meter.meter.save(tmp_path)
    assert (meter.log, list(tmp_path.iterdir())) == ([], [])

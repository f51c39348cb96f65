"""A voice speaks with the reading that it was trained with, or with the one that a request asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.synth.engines import SpeakingVoice, SynthesisInput, load_folder
from services.synth.engines.espeak import EspeakVoice
from services.synth.pipeline import SynthesisOptions, _key
from services.synth.voice_readings import reading_of
from services.synth.voices import ResolvedVoice
from shared.contracts.readings import NEWEST, OLDEST, Reading
from shared.contracts.rpc import Voice
from shared.persian.frontend import Frontend
from shared.persian.readings.espeak_input import espeak_input
from shared.persian.readings.spoken import SpokenWord
from shared.vits.config import read_config
from shared.vits.presets import preset
from tests.support.mms import write_mms_voice
from tests.support.piper import write_piper_voice
from tests.support.voices import write_voice

TEXT = "کتاب تاریخ ایران"


class NotedFrontend(Frontend):
    """Notes the readings that it is asked for, and the letters that it gives."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[Reading | None] = []
        self.given: list[str] = []

    def read(self, sentence: str, reading: Reading | None = None) -> list[SpokenWord]:
        self.asked.append(reading)
        return super().read(sentence, reading)

    def letters(self, text: str) -> str:
        self.given.append(super().letters(text))
        return self.given[-1]


def asked(voice: SpeakingVoice, reading: Reading | None = None) -> list[Reading | None]:
    frontend = NotedFrontend()
    voice.speak([SynthesisInput(TEXT, frontend=frontend, reading=reading)])
    return frontend.asked


@pytest.mark.parametrize("trained", [OLDEST, NEWEST])
def test_a_trained_voice(trained: Reading, tmp_path: Path) -> None:
    folder = write_voice(tmp_path / "models" / "a", preset("tiny").model_copy(update={"reading": trained}))
    voice = load_folder(folder, "cpu")
    assert asked(voice) == [trained]
    assert asked(voice, "fa/2") == ["fa/2"]
    assert asked(voice, "espeak/1") == ["espeak/1"]


def test_a_voice_of_before_has_the_oldest_and_a_new_one_the_newest(tmp_path: Path) -> None:
    folder = write_voice(tmp_path / "models" / "a")
    assert read_config(folder).reading == preset("tiny").reading == NEWEST
    config = folder / "config.json"
    config.write_text(config.read_text().replace('"reading": "fa/2",', ""))
    assert read_config(folder).reading == OLDEST


def test_a_voice_of_piper_was_trained_with_bare_espeak(tmp_path: Path) -> None:
    voice = load_folder(write_piper_voice(tmp_path), "cpu")
    assert asked(voice) == [OLDEST]
    assert asked(voice, "fa/2") == ["fa/2"]
    bare, full = (voice.speak([SynthesisInput(TEXT, reading=reading)])[0].samples for reading in ("espeak/1", "fa/2"))
    assert len(full) > len(bare)  # this voice says every symbol for the same time


def test_a_voice_that_reads_letters_gets_no_signs_that_it_does_not_know(tmp_path: Path) -> None:
    write_mms_voice(tmp_path)
    frontend = NotedFrontend()
    load_folder(tmp_path, "cpu").speak([SynthesisInput("کِرِم و کتابِ من", frontend=frontend)])
    assert frontend.given == ["کرم و کتاب من"]


def test_the_built_in_voice_speaks_the_ezafe() -> None:
    frontend = Frontend()
    assert espeak_input(frontend.read(TEXT)) == "[[k'etAbe]] [[t'ARixe]] ایران"
    assert espeak_input(frontend.read(TEXT, "espeak/1")) == TEXT
    assert asked(EspeakVoice()) == [None]
    bare, full = (EspeakVoice().speak([SynthesisInput(TEXT, reading=reading)])[0] for reading in ("espeak/1", "fa/2"))
    assert len(full.samples) > len(bare.samples)


@pytest.mark.parametrize("text", ["سلام [[k'etAbe]] دنیا", "[[سلام]]", "سلام ]] دنیا [[", "سلام [ [دنیا"])
def test_a_text_cannot_give_espeak_phonemes(text: str) -> None:
    frontend = Frontend()
    plain = text.replace("[", "").replace("]", "")
    assert espeak_input(frontend.read(text)) == espeak_input(frontend.read(plain))


def resolved(folder: Path | None, engine: str) -> ResolvedVoice:
    voice = Voice(id="a", name="a", language="fa", engine=engine, sample_rate=16000, source="local")
    return ResolvedVoice(voice, folder, "1")


def test_the_reading_of_a_voice_is_known_without_its_network(tmp_path: Path) -> None:
    older = write_voice(tmp_path / "models" / "a", preset("tiny").model_copy(update={"reading": OLDEST}))
    assert reading_of(resolved(older, "coqui")) == OLDEST
    assert reading_of(resolved(tmp_path, "piper")) == OLDEST
    assert reading_of(resolved(tmp_path, "transformers_vits")) == NEWEST
    assert reading_of(resolved(None, "espeak")) == NEWEST


def test_readings_do_not_share_cached_sentences() -> None:
    voice = resolved(None, "espeak")
    keys = {_key(voice, TEXT, SynthesisOptions(Frontend(), reading=reading), "a") for reading in (None, OLDEST, NEWEST)}
    assert len(keys) == 3

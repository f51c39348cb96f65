"""Voices in Piper's format through a real onnxruntime."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np
import pytest

from services.scanner.detection import detect
from services.synth.engines import engine_for, load_folder, piper
from shared.contracts.errors import UnsafeCheckpoint, Validation
from tests.support.piper import SYMBOLS, endless_model, write_piper_voice
from tests.support.voices import say


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_piper_voice(tmp_path / "amir" / "fa" / "medium").parents[1]


def test_it_speaks_what_the_front_end_reads(folder: Path) -> None:
    assert engine_for(folder).name == "piper"
    voice = load_folder(folder)
    short, long = say(voice, "سلام"), say(voice, "سلام دنیا، حال شما چطور است؟")
    assert (voice.sample_rate, voice.speakers) == (16000, ())
    # A start sign, a blank behind it and behind every symbol, an end sign: an odd number of ids.
    assert len(short) % 200 == 100
    assert len(long) > 3 * len(short)
    assert len(say(voice, "سلام", speed=2.0)) == pytest.approx(len(short) / 2, abs=1)


def test_speakers_are_told_apart_and_a_stranger_is_refused(tmp_path: Path) -> None:
    voice = load_folder(write_piper_voice(tmp_path / "v", speakers=3))
    assert voice.speakers == ("s0", "s1", "s2")
    levels = [np.abs(say(voice, "سلام", speaker=name)).max() for name in voice.speakers]
    assert levels == sorted(levels)
    assert levels[0] < levels[2]
    with pytest.raises(Validation, match="s9"):
        say(voice, "سلام", speaker="s9")


@pytest.mark.parametrize("text", ["", "...", "😀"])
def test_nothing_to_say_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(Validation):
        say(load_folder(folder), text)


@pytest.mark.parametrize(
    "change",
    [
        {"espeak": {"voice": "en-us"}},
        {"phoneme_id_map": {"_": [0]}},
        {"phoneme_id_map": {symbol: [10**9] for symbol in SYMBOLS}},
        {"audio": {"sample_rate": 10**9}},
        {"audio": {}},
    ],
)
def test_a_configuration_that_is_wrong_or_foreign_is_refused(folder: Path, change: dict[str, object]) -> None:
    path = next(folder.rglob("*.json"))
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(UnsafeCheckpoint):
        load_folder(folder)


@pytest.mark.parametrize("content", [b"", b"\x80\x04pickle", b"\xff" * 1000])
def test_what_is_no_onnx_is_refused(folder: Path, content: bytes) -> None:
    next(folder.rglob("*.onnx")).write_bytes(content)
    with pytest.raises(UnsafeCheckpoint):
        load_folder(folder)


def test_the_scanner_knows_it_for_a_voice_unless_there_are_two(folder: Path) -> None:
    def found() -> tuple[bool, str, int | None]:
        names = tuple(sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()))
        seen = detect(folder, "model", names)
        return seen.details.speaks, seen.type, seen.details.sample_rate

    assert found() == (True, "piper", 16000)
    write_piper_voice(folder / "other")
    assert found()[0] is False
    with pytest.raises(UnsafeCheckpoint):
        load_folder(folder)


def test_a_network_without_end_is_ended(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piper, "_MAX_AUDIO_SECONDS", 0.5)
    path = next(folder.rglob("*.onnx"))
    path.write_bytes(endless_model())
    started = time.monotonic()
    with pytest.raises(Exception, match=r"(?i)terminat"):
        say(load_folder(folder), "سلام")
    assert time.monotonic() - started < 30

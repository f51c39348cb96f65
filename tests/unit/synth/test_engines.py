"""Both engines, held to the same behaviour; then what is special about each."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import numpy as np
import pytest
import torch

from services.synth.engines import SpeakingVoice, engine_for, load_espeak, load_folder
from services.synth.engines.coqui import CoquiVoice
from shared.contracts.errors import UnsafeCheckpoint, Validation
from tests.support.voices import say, write_voice

SENTENCE = "سلام دنیا، حال شما چطور است؟"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_voice(tmp_path_factory.mktemp("voices") / "voice")


@pytest.fixture(scope="session", params=["espeak", "coqui"])
def voice(request: pytest.FixtureRequest, folder: Path) -> SpeakingVoice:
    return load_espeak() if request.param == "espeak" else load_folder(folder, "cpu")


@pytest.fixture
def coqui(folder: Path) -> SpeakingVoice:
    return load_folder(folder, "cpu")


def test_speaks_mono_float_within_bounds(voice: SpeakingVoice) -> None:
    samples = say(voice, SENTENCE)
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) > 0.2 * voice.sample_rate
    assert np.abs(samples).max() <= 1.0
    assert voice.sample_rate == 22050
    assert voice.memory_bytes > 0
    assert voice.speakers == ()


def test_faster_is_shorter_and_does_not_stick(voice: SpeakingVoice) -> None:
    before, fast, after = (len(say(voice, SENTENCE, speed=speed, seed=1)) for speed in (1.0, 2.0, 1.0))
    assert fast < 0.75 * before
    assert abs(after - before) < 1000  # espeak-ng is not exact to the sample


@pytest.mark.parametrize("speed", [0.0, -1.0, 1e9])
def test_an_absurd_speed_is_held_within_bounds(voice: SpeakingVoice, speed: float) -> None:
    assert 0.05 < len(say(voice, "سلام", speed=speed)) / voice.sample_rate < 20


@pytest.mark.parametrize("text", ["", "  ", "...", "hello", "😀", "؟"])
def test_nothing_to_say_is_refused(voice: SpeakingVoice, text: str) -> None:
    with pytest.raises(Validation):
        say(voice, text)


def test_threads_take_turns(voice: SpeakingVoice) -> None:
    texts = ["سلام", SENTENCE] * 8
    alone = {text: len(say(voice, text, seed=3)) for text in set(texts)}
    with ThreadPoolExecutor(4) as pool:
        lengths = list(pool.map(lambda text: len(say(voice, text, seed=3)), texts))
    assert all(abs(length - alone[text]) < 1000 for text, length in zip(texts, lengths, strict=True))


def test_the_same_seed_gives_the_same_samples(coqui: SpeakingVoice) -> None:
    one, two, other = (say(coqui, SENTENCE, seed=seed) for seed in (7, 7, 8))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_no_noise_needs_no_seed(coqui: SpeakingVoice) -> None:
    assert np.array_equal(say(coqui, SENTENCE, noise=0.0), say(coqui, SENTENCE, noise=0.0))


def test_speaking_leaves_the_process_generator_alone(coqui: SpeakingVoice) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    say(coqui, SENTENCE, seed=1)
    assert torch.equal(torch.rand(3), expected)


def test_ends_without_coquis_ten_thousand_zeros(coqui: SpeakingVoice) -> None:
    assert np.abs(say(coqui, SENTENCE)[-200:]).max() > 0


def test_a_voice_that_diverged_does_not_speak_for_hours(folder: Path) -> None:
    voice = load_folder(folder, "cpu")
    assert isinstance(voice, CoquiVoice)
    predictor = cast("torch.nn.Module", voice._network.duration_predictor)
    with torch.no_grad():
        for parameter in predictor.parameters():
            parameter.fill_(1e3)
    assert len(say(voice, "آب")) / voice.sample_rate < 60


def test_a_folder_that_is_no_voice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "best_model.pth").touch()
    (tmp_path / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(UnsafeCheckpoint):
        engine_for(tmp_path)


def test_no_torch_before_the_first_coqui_voice() -> None:
    code = (
        "import sys; from services.synth.engines import SynthesisInput, load_espeak; "
        "load_espeak().speak([SynthesisInput('سلام')]); "
        "sys.exit(bool({'torch', 'TTS'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

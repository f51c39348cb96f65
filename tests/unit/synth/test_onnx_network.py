"""A network's passes through onnxruntime say what the network itself says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.synth.engines import load_folder
from shared.vits.presets import preset
from tests.support.voices import say, write_voice

TEXTS = ("آ", "سلام.", "چرا ژاله گچ و قلم را پشت پنجره گذاشت؟ " * 4)


@pytest.mark.parametrize("stochastic", [False, True])
@pytest.mark.parametrize("speakers", [(), ("الف", "ب")])
def test_it_sounds_the_same_for_any_length_and_speaker(
    tmp_path: Path, speakers: tuple[str, ...], stochastic: bool
) -> None:
    config = preset("tiny")
    arguments = config.model_args.model_copy(update={"use_sdp": stochastic})
    config = config.model_copy(update={"speakers": speakers, "model_args": arguments})
    voice = load_folder(write_voice(tmp_path / "voice", config), "cpu")
    assert "onnx" in voice.precisions
    wanted = [(text, speaker) for text in TEXTS for speaker in speakers or (None,)]
    exact, light = [say(voice, text, seed=1, speaker=speaker) for text, speaker in wanted], voice.memory_bytes
    voice.set_precision("onnx")
    assert voice.memory_bytes > light
    for (text, speaker), samples in zip(wanted, exact, strict=True):
        np.testing.assert_allclose(say(voice, text, seed=1, speaker=speaker), samples, atol=1e-4)

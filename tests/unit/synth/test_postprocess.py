"""Loudness, edges and peaks of what goes out."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from services.synth.engines.protocol import WordAt
from services.synth.postprocess import LOUDNESS, gain_for, postprocess

RATE = 16000


def tone(seconds: float, level: float) -> NDArray[np.float32]:
    return np.asarray(level * np.sin(np.arange(int(seconds * RATE)) * 0.1), dtype=np.float32)


def quiet(seconds: float) -> NDArray[np.float32]:
    return np.zeros(int(seconds * RATE), dtype=np.float32)


def heard(pcm: bytes) -> NDArray[np.float64]:
    return np.frombuffer(pcm, "<i2").astype(float) / 32768


@pytest.mark.parametrize("level", [0.02, 0.1, 0.9])
def test_every_voice_is_as_loud_as_the_others(level: float) -> None:
    samples = np.concatenate([quiet(1), tone(1, level), quiet(1)])
    sound = heard(postprocess(samples, (), RATE, gain_for(samples, RATE)).pcm)
    middle = sound[len(sound) // 4 : -len(sound) // 4]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(LOUDNESS, rel=0.1)


def test_a_sudden_peak_is_not_clipped() -> None:
    samples = tone(1, 0.1)
    samples[8000] = 1.0
    sound = heard(postprocess(samples, (), RATE, 5.0).pcm)
    assert np.abs(sound).max() < 0.96
    assert (np.abs(sound) > 0.94).sum() == 1


def test_long_silence_at_the_edges_is_cut_to_a_breath() -> None:
    samples = np.concatenate([quiet(2), tone(1, 0.3), quiet(3)])
    sound = heard(postprocess(samples, (), RATE, 1.0).pcm)
    assert 1.1 < len(sound) / RATE < 1.2
    assert sound[0] == 0


def test_the_words_move_with_the_cut() -> None:
    samples = np.concatenate([quiet(2), tone(1, 0.3)])
    sound = postprocess(samples, (WordAt("سلام", 2.0, 2.5), WordAt("دنیا", 2.5, 9.0)), RATE, 1.0)
    first, second = sound.words
    assert first.start == pytest.approx(0.05, abs=0.02)
    assert first.end == second.start
    assert second.end == pytest.approx(len(sound.pcm) / 2 / RATE, abs=0.001)


@pytest.mark.parametrize("samples", [quiet(0), quiet(0.001), quiet(1), tone(0.0005, 0.5)])
def test_next_to_nothing_is_no_trouble(samples: NDArray[np.float32]) -> None:
    assert len(postprocess(samples, (), RATE, gain_for(samples, RATE)).pcm) == 2 * len(samples)


def test_the_engines_samples_are_left_as_they_are() -> None:
    samples = tone(1, 0.3)
    before = samples.copy()
    postprocess(samples, (), RATE, 2.0)
    assert np.array_equal(samples, before)

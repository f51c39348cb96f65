"""Recordings with known defects have the figures of these defects."""

from __future__ import annotations

import functools
import time

import numpy as np
import pytest
from numpy.typing import NDArray

from shared.persian.espeak import NORMAL_RATE, SAMPLE_RATE, espeak
from shared.quality.acoustics import AcousticFigures, clipping, compare, mean_figures
from shared.vits.audio import resample_samples

_Samples = NDArray[np.float32]
_TEXT = "امروز هوا آفتابی است و ما به باغ می‌رویم"


@functools.cache
def _speech(text: str = _TEXT, rate: int = NORMAL_RATE) -> _Samples:
    return np.frombuffer(espeak().speak(text, words_per_minute=rate), dtype="<i2").astype(np.float32) / 32768.0


def _compare(samples: _Samples, recording: _Samples | None = None) -> AcousticFigures:
    expected = _speech() if recording is None else recording
    return compare(expected, SAMPLE_RATE, samples.astype(np.float32), SAMPLE_RATE)


def test_the_same_recording_has_no_distance() -> None:
    figures = _compare(_speech())
    assert figures.mcd == figures.f0_cents == figures.pitch_cents == figures.loudness_db == figures.clipping == 0.0
    assert figures.duration_ratio == 1.0
    assert 0.0 < figures.silence < 0.4


@pytest.mark.parametrize("semitones", [-5, -2, 2, 5])
def test_a_shifted_pitch(semitones: int) -> None:
    factor = 2 ** (semitones / 12)
    shifted = resample_samples(_speech(), round(1000 * factor), 1000)  # faster and higher, as a tape
    figures = _compare(shifted)
    assert figures.pitch_cents == pytest.approx(100 * semitones, abs=15)
    assert figures.f0_cents is not None
    assert figures.f0_cents > 80 * abs(semitones)
    assert figures.duration_ratio == pytest.approx(1 / factor, rel=0.02)


def test_a_slower_reading_is_longer_and_sounds_the_same() -> None:
    slow = _compare(_speech(rate=round(NORMAL_RATE / 1.5)))
    assert slow.duration_ratio == pytest.approx(1.5, rel=0.12)  # espeak-ng shortens pauses and vowels differently
    assert slow.pitch_cents == pytest.approx(0, abs=20)
    assert slow.mcd is not None
    assert slow.mcd < 4.0


def test_dropped_words_are_a_shorter_and_distorted_reading() -> None:
    dropped = _compare(_speech("امروز هوا آفتابی است"))
    assert dropped.duration_ratio == pytest.approx(0.5, abs=0.15)
    other = _compare(_speech("امروز هوا آفتابی است و ما به خانه می‌رویم"))
    assert dropped.mcd is not None
    assert other.mcd is not None
    assert dropped.mcd > other.mcd > 0.3


@pytest.mark.parametrize("decibels", [-6.0, 6.0])
def test_another_gain(decibels: float) -> None:
    quiet = _speech() * 0.3
    figures = _compare(quiet * 10 ** (decibels / 20), quiet)
    assert figures.loudness_db == pytest.approx(decibels, abs=0.05)
    assert figures.mcd == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("share", [0.01, 0.1])
def test_a_known_share_is_clipped(share: float) -> None:
    level = float(np.quantile(np.abs(_speech()), 1 - share))
    clipped = np.clip(_speech() / level, -1, 1)
    assert _compare(clipped).clipping == pytest.approx(share, rel=0.02)
    assert clipping(_speech() * 0.9) == 0.0


def test_a_silent_reading() -> None:
    figures = _compare(np.zeros(SAMPLE_RATE, dtype=np.float32))
    assert (figures.mcd, figures.f0_cents, figures.pitch_cents) == (None, None, None)
    assert figures.duration_ratio == 0.0
    assert figures.silence == 1.0
    assert figures.loudness_db < -60
    assert set(figures.values()) == {"duration_ratio", "loudness_db", "silence", "clipping"}


def test_silence_around_speech_counts_as_silence_only() -> None:
    pause = np.zeros(_speech().size, dtype=np.float32)
    figures = _compare(np.concatenate([pause, _speech()]))
    assert figures.silence > 0.5
    assert figures.duration_ratio == pytest.approx(1.0, abs=0.02)
    assert figures.mcd is not None
    assert figures.mcd < 1.0


def test_noise_is_further_away_than_another_speed() -> None:
    noise = np.random.default_rng(1).normal(0, 0.1, _speech().size).astype(np.float32)
    noisy, slow = _compare(noise), _compare(_speech(rate=130))
    assert noisy.mcd is not None
    assert slow.mcd is not None
    assert noisy.mcd > 2 * slow.mcd
    assert noisy.f0_cents is None or noisy.f0_cents > 300


def test_rates_may_differ() -> None:
    figures = compare(_speech(), SAMPLE_RATE, resample_samples(_speech(), SAMPLE_RATE, 48000), 48000)
    assert figures.mcd == pytest.approx(0.0, abs=0.6)
    assert figures.pitch_cents == pytest.approx(0.0, abs=2)
    assert figures.duration_ratio == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("hertz", [70, 110, 220, 440])
def test_the_pitch_of_a_tone(hertz: int) -> None:
    seconds = np.arange(SAMPLE_RATE) / SAMPLE_RATE
    tones = [sum(np.sin(2 * np.pi * f * n * seconds) / n for n in range(1, 6)) * 0.2 for f in (hertz, hertz * 1.05)]
    figures = _compare(np.asarray(tones[1]), np.asarray(tones[0], dtype=np.float32))
    assert figures.pitch_cents == pytest.approx(84.47, abs=3)
    assert figures.f0_cents == pytest.approx(84.47, abs=5)


_ODD = [
    np.zeros(0),
    np.zeros(1),
    np.ones(1),
    np.full(500, np.nan),
    np.full(50_000, np.inf),
    np.zeros(50_000),
    np.ones(50_000),
    np.random.default_rng(0).normal(0, 5, 30_000),
]


@pytest.mark.parametrize("one", _ODD)
@pytest.mark.parametrize("other", [*_ODD, None])
def test_any_recording_is_survived(one: _Samples, other: _Samples | None) -> None:
    figures = compare(
        one.astype(np.float32), 22050, _speech() if other is None else other.astype(np.float32), SAMPLE_RATE
    )
    assert all(np.isfinite(value) for value in figures.values().values())
    assert 0.0 <= figures.silence <= 1.0


def test_an_hour_costs_no_more_than_its_first_seconds() -> None:
    hour = np.tile(_speech(), 1 + 3600 * SAMPLE_RATE // _speech().size)
    started = time.monotonic()
    figures = _compare(hour)
    assert time.monotonic() - started < 20
    assert figures.duration_ratio is not None
    assert figures.duration_ratio > 4


def test_means_are_over_the_measurable() -> None:
    spoken = AcousticFigures(4.0, 100.0, -100.0, 1.0, 1.0, 0.2, 0.0)
    silent = AcousticFigures(None, None, None, 0.0, -60.0, 1.0, 0.0)
    means = mean_figures([spoken, silent])
    assert means == {
        "mcd": 4.0,
        "f0_cents": 100.0,
        "pitch_cents": -100.0,
        "duration_ratio": 0.5,
        "loudness_db": -29.5,
        "silence": 0.6,
        "clipping": 0.0,
    }
    assert mean_figures([]) == {}

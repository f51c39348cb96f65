"""Calibrates a voice with a test sentence: warms it up, measures its loudness, chooses its fastest precision."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.synth.engines.protocol import Precision, Samples, SpeakingVoice, SynthesisInput
from services.synth.postprocess import gain_for

_SENTENCE = "سلام، این جمله را کسی نمی‌شنود."
_SEED = 0
_REPEATS = 2
_MAX_TIME_RATIO = 0.9
"""A lower precision must save at least a tenth of the time: a smaller difference is noise."""
_MAX_DIFFERENCE = 0.2
"""The largest root mean square difference of samples, relative to their deviation. Rounding alone is under 0.05."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """`real_time_factor`: compute seconds per second of speech; `gain` brings the voice to the common loudness."""

    precision: Precision
    real_time_factor: float
    gain: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """The test sentence at full precision, the reference for faster ones. `seconds`: its compute time."""

    samples: Samples
    seconds: float
    calibration: Calibration


def measure_baseline(voice: SpeakingVoice, clock: Callable[[], float] = time.perf_counter) -> Baseline:
    """Warm the voice up and measure it at full precision. Blocking."""
    _speak(voice)
    precision = voice.precisions[0]
    seconds, samples = _time_synthesis(voice, precision, clock)
    gain = round(gain_for(samples, voice.sample_rate), 4)
    return Baseline(samples, seconds, Calibration(precision, _factor(seconds, samples, voice), gain))


def select_precision(
    voice: SpeakingVoice,
    baseline: Baseline,
    request: Precision | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Calibration:
    """Choose the fastest precision that sounds the same, set it, and return its calibration. Blocking.

    `request`: the configured precision, used without a comparison if the voice supports it.
    """
    best, fastest = voice.precisions[0], baseline.seconds
    for precision in voice.precisions[1:]:
        seconds, samples = _time_synthesis(voice, precision, clock)
        faster = seconds < min(_MAX_TIME_RATIO * baseline.seconds, fastest)
        if request == precision or (request is None and faster and _is_equivalent(baseline.samples, samples)):
            best, fastest = precision, seconds
    voice.set_precision(best)
    return Calibration(best, _factor(fastest, baseline.samples, voice), baseline.calibration.gain)


def _factor(seconds: float, samples: Samples, voice: SpeakingVoice) -> float:
    return round(seconds * voice.sample_rate / max(len(samples), 1), 4)


def _time_synthesis(voice: SpeakingVoice, precision: Precision, clock: Callable[[], float]) -> tuple[float, Samples]:
    voice.set_precision(precision)
    durations = []
    for _ in range(_REPEATS):
        started = clock()
        samples = _speak(voice)
        durations.append(clock() - started)
    return min(durations), samples


def _speak(voice: SpeakingVoice) -> Samples:
    (spoken,) = voice.speak([SynthesisInput(_SENTENCE, seed=_SEED)])
    return spoken.samples


def _is_equivalent(one: Samples, other: Samples) -> bool:
    if len(one) != len(other) or not np.isfinite(other).all():
        return False
    return float(np.sqrt(np.mean((one - other) ** 2))) <= _MAX_DIFFERENCE * float(one.std()) + 1e-4

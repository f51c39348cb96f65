"""A voice's first sentence, which nobody hears: warms it up, and finds how it is fastest here and how loud it is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from services.synth.engines.protocol import Precision, Samples, SpeakingVoice, SynthesisInput
from services.synth.postprocess import gain_for

_SENTENCE = "سلام، این جمله را کسی نمی‌شنود."
_SEED = 0
_TIMES = 2
_WORTH_IT = 0.9
"""Fewer bits are taken where a sentence takes a tenth less time: less than that is noise."""
_SAME_SOUND = 0.2
"""How far the samples may differ, as a share of their own deviation. Rounding alone is under 0.05."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """`real_time_factor`: seconds of work for a second of speech; `gain` makes the voice as loud as the others."""

    precision: Precision
    real_time_factor: float
    gain: float


@dataclass(frozen=True, slots=True)
class Baseline:
    """The sentence as the voice says it exactly; what is faster must sound like it. `seconds` is what it took."""

    samples: Samples
    seconds: float
    calibration: Calibration


def measure_baseline(voice: SpeakingVoice, clock: Callable[[], float] = time.perf_counter) -> Baseline:
    """The voice as it is, warm: good enough for the first listener. Blocking."""
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
    """Leaves the voice in the precision it names; `request` is taken unmeasured where the voice has it. Blocking."""
    best, fastest = voice.precisions[0], baseline.seconds
    for precision in voice.precisions[1:]:
        taken, samples = _time_synthesis(voice, precision, clock)
        faster = taken < min(_WORTH_IT * baseline.seconds, fastest)
        if request == precision or (request is None and faster and _is_equivalent(baseline.samples, samples)):
            best, fastest = precision, taken
    voice.set_precision(best)
    return Calibration(best, _factor(fastest, baseline.samples, voice), baseline.calibration.gain)


def _factor(seconds: float, samples: Samples, voice: SpeakingVoice) -> float:
    return round(seconds * voice.sample_rate / max(len(samples), 1), 4)


def _time_synthesis(voice: SpeakingVoice, precision: Precision, clock: Callable[[], float]) -> tuple[float, Samples]:
    voice.set_precision(precision)
    taken = []
    for _ in range(_TIMES):
        started = clock()
        samples = _speak(voice)
        taken.append(clock() - started)
    return min(taken), samples


def _speak(voice: SpeakingVoice) -> Samples:
    (spoken,) = voice.speak([SynthesisInput(_SENTENCE, seed=_SEED)])
    return spoken.samples


def _is_equivalent(one: Samples, other: Samples) -> bool:
    if len(one) != len(other) or not np.isfinite(other).all():
        return False
    return float(np.sqrt(np.mean((one - other) ** 2))) <= _SAME_SOUND * float(one.std()) + 1e-4

"""How a voice's first, unheard sentence decides in what it is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from services.synth.calibrate import measure_baseline, select_precision
from services.synth.engines.protocol import Precision, Spoken, SynthesisInput


@dataclass
class PacedVoice:
    """Takes as long as told in each precision, by a clock of its own; fewer bits add `error` to the samples."""

    exact: float = 1.0
    short: float = 0.5
    error: float = 0.0
    precision: Precision = "float32"
    now: float = 0.0
    batch: int = 1
    sample_rate: int = 1000
    speakers: tuple[str, ...] = ()
    memory_bytes: int = 1
    precisions: tuple[Precision, ...] = ("float32", "bfloat16")

    def set_precision(self, precision: Precision) -> None:
        self.precision = precision

    def speak(self, utterances: Sequence[SynthesisInput]) -> list[Spoken]:
        self.now += {"float32": self.exact, "onnx": 0.6}.get(self.precision, self.short)
        samples = 0.05 * np.sin(np.arange(2000) * 0.3) + (self.error if self.precision == "bfloat16" else 0.0)
        return [Spoken(samples.astype(np.float32)) for _ in utterances]


@pytest.mark.parametrize(
    ("voice", "wish", "precision", "factor"),
    [
        (PacedVoice(), None, "bfloat16", 0.25),
        (PacedVoice(short=0.95), None, "float32", 0.5),
        (PacedVoice(short=0.4, precisions=("float32", "bfloat16", "onnx")), None, "bfloat16", 0.2),
        (PacedVoice(error=0.5), None, "float32", 0.5),
        (PacedVoice(error=float("nan")), None, "float32", 0.5),
        (PacedVoice(), "float32", "float32", 0.5),
        (PacedVoice(short=3.0), "bfloat16", "bfloat16", 1.5),
        (PacedVoice(precisions=("float32",)), "bfloat16", "float32", 0.5),
    ],
)
def test_the_faster_one_is_taken_where_it_sounds_the_same(
    voice: PacedVoice, wish: Precision | None, precision: Precision, factor: float
) -> None:
    found = select_precision(voice, measure_baseline(voice, lambda: voice.now), wish, lambda: voice.now)
    assert (found.precision, voice.precision, found.real_time_factor) == (precision, precision, factor)
    assert found.gain > 1

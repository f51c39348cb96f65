"""The voice `espeak-fa`: a robot's, but there from the first minute, without a model, at a thousandth of real time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.synth.engines.protocol import Samples, within_bounds
from shared.persian import Frontend
from shared.persian.espeak import NORMAL_RATE, SAMPLE_RATE, espeak
from shared.persian.frontend import require_speakable

# The library and its Persian data, as measured; it is shared by the process and never unloaded.
_MEMORY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EspeakEngine:
    name: str = "espeak"

    def load(self, folder: Path | None, device: str) -> EspeakVoice:
        """Both are ignored: the voice lies in the library, and it needs no accelerator."""
        espeak()
        return EspeakVoice()


@dataclass(frozen=True, slots=True)
class EspeakVoice:
    """Knows no noise and no seed. Its speed is held to what espeak-ng speaks: 0.46 to 2.6."""

    sample_rate: int = SAMPLE_RATE
    speakers: tuple[str, ...] = ()
    memory_bytes: int = _MEMORY

    def speak(
        self, sentence: str, *, speed: float = 1.0, noise: float | None = None, seed: int | None = None
    ) -> Samples:
        text = Frontend().normalize(sentence)
        require_speakable(text)
        pcm = espeak().speak(text, words_per_minute=round(NORMAL_RATE * within_bounds(speed)))
        return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0

"""The built-in voice `espeak-fa`: robotic, but without a model, and at a thousandth of real time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from services.synth.engines.protocol import Precision, Spoken, SynthesisInput, clamp_speed
from shared.contracts.errors import Validation
from shared.persian.espeak import NORMAL_RATE, SAMPLE_RATE, espeak
from shared.persian.readings.espeak_input import espeak_input

# The measured size of the library and its Persian data; the process shares it and never unloads it.
_MEMORY = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class EspeakEngine:
    name: str = "espeak"

    def load(self, folder: Path | None, device: str) -> EspeakVoice:
        """Load the library. Both arguments are ignored: it contains the voice, and needs no accelerator."""
        espeak()
        return EspeakVoice()


@dataclass(frozen=True, slots=True)
class EspeakVoice:
    """Ignores noise and seed, returns no word times. espeak-ng limits the speed to 0.46 to 2.6."""

    sample_rate: int = SAMPLE_RATE
    speakers: tuple[str, ...] = ()
    memory_bytes: int = _MEMORY
    batch: int = 1
    precisions: tuple[Precision, ...] = ("float32",)

    def set_precision(self, precision: Precision) -> None:
        """Does nothing: there is only one."""

    def speak(self, utterances: Sequence[SynthesisInput]) -> list[Spoken]:
        return [self._speak_one(utterance) for utterance in utterances]

    def _speak_one(self, utterance: SynthesisInput) -> Spoken:
        if utterance.speaker is not None:
            raise Validation("This voice has one speaker only.", hint="Leave `speaker` out.").about("speaker")
        text = espeak_input(utterance.frontend.read(utterance.sentence, utterance.reading))
        pcm = espeak().speak(text, words_per_minute=round(NORMAL_RATE * clamp_speed(utterance.speed)))
        return Spoken(np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0)

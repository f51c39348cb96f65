"""What an engine is to the service: something that loads a voice, which turns sentences into samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from shared.contracts.errors import Validation
from shared.persian import Frontend

Samples = NDArray[np.float32]
Precision = Literal["float32", "onnx", "bfloat16", "float16"]
"""How an engine computes: in torch with so many bits, or through onnxruntime."""


@dataclass(frozen=True, slots=True)
class SynthesisInput:
    """One sentence, which `Frontend.sentences` has made short enough.

    `speed` 2 is twice as fast; `noise` (0 to 1, the voice's own by default) is how much the delivery varies; the same
    `seed` gives the same samples where the engine can; `speaker` is a name, the first by default.
    """

    sentence: str
    speed: float = 1.0
    noise: float | None = None
    seed: int | None = None
    speaker: str | None = None
    words: bool = False
    """Shall the engine tell when each word is said?"""
    frontend: Frontend = field(default_factory=Frontend)


@dataclass(frozen=True, slots=True)
class WordAt:
    """Seconds from the start of the sentence."""

    word: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """Mono samples [time] in [-1, 1]; `words` where they were asked for and the engine knows."""

    samples: Samples
    words: tuple[WordAt, ...] = ()


class SpeakingVoice(Protocol):
    """Loaded and ready. Safe to call from several threads; calls take turns where they must."""

    @property
    def sample_rate(self) -> int:
        """Hz."""

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names to choose from; empty for a voice that is one person's."""

    @property
    def memory_bytes(self) -> int:
        """What unloading it would give back."""

    @property
    def batch(self) -> int:
        """How many sentences are worth one pass; 1 where a pass of several is no faster."""

    @property
    def precisions(self) -> tuple[Precision, ...]:
        """What it can compute in on its device, the exact one first."""

    def set_precision(self, precision: Precision) -> None: ...

    def speak(self, utterances: Sequence[SynthesisInput]) -> list[Spoken]:
        """As many answers as sentences. Raises `Validation` if any of them has nothing that this voice can say."""


class SpeechEngine(Protocol):
    @property
    def name(self) -> str: ...

    def load(self, folder: Path | None, device: str) -> SpeakingVoice:
        """`device` is auto, cpu, cuda or cuda:N. Raises `UnsafeCheckpoint`, `OutOfMemory`."""


def require_speaker(name: str, speakers: Sequence[str]) -> None:
    """Raises `Validation` for somebody whom the voice does not have."""
    if name not in speakers:
        known = ", ".join(speakers[:8]) or "it has one only; leave `speaker` out"
        raise Validation(f"The voice has no speaker {name[:60]}.", hint=f"Its speakers: {known}.").about("speaker")


def clamp_speed(speed: float) -> float:
    """The speed, held to what the public API allows (OpenAI's bounds)."""
    return min(4.0, max(0.25, speed))

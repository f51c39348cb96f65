"""The interface of an engine: it loads a voice, which synthesizes sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from shared.contracts.errors import Validation
from shared.contracts.readings import Reading
from shared.persian.frontend import Frontend

Samples = NDArray[np.float32]
Precision = Literal["float32", "onnx", "bfloat16", "float16"]
"""The arithmetic of an engine: a torch dtype, or float32 in onnxruntime."""


@dataclass(frozen=True, slots=True)
class SynthesisInput:
    """One sentence, of a length that `Frontend.sentences` allows.

    `speed` 2 is twice as fast; `noise` (0 to 1, by default the voice's own) is the variation of the delivery; the same
    `seed` gives the same samples if the engine supports it; `speaker` is a name, by default the first.
    """

    sentence: str
    speed: float = 1.0
    noise: float | None = None
    seed: int | None = None
    speaker: str | None = None
    words: bool = False
    """Whether to return the time of each word."""
    frontend: Frontend = field(default_factory=Frontend)
    reading: Reading | None = None
    """The reading of words; by default that of the voice."""


@dataclass(frozen=True, slots=True)
class WordAt:
    """Seconds from the start of the sentence."""

    word: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Spoken:
    """Mono samples [time] in [-1, 1]; `words` if requested and supported by the engine.

    `computing`: the seconds that the sentence took, its part of a batch; set by the queue.
    """

    samples: Samples
    words: tuple[WordAt, ...] = ()
    computing: float = 0.0


class SpeakingVoice(Protocol):
    """A loaded voice. Safe for several threads; calls are serialised where the engine needs it."""

    @property
    def sample_rate(self) -> int:
        """Hz."""

    @property
    def speakers(self) -> tuple[str, ...]:
        """The speakers' names; empty for a voice with a single speaker."""

    @property
    def memory_bytes(self) -> int:
        """The memory that unloading frees."""

    @property
    def batch(self) -> int:
        """The largest useful batch, in sentences; 1 if batching gains nothing."""

    @property
    def precisions(self) -> tuple[Precision, ...]:
        """The precisions that it supports on its device, full precision first."""

    def set_precision(self, precision: Precision) -> None: ...

    def speak(self, utterances: Sequence[SynthesisInput]) -> list[Spoken]:
        """The speech of each sentence, in order. Raises `Validation` if the voice cannot speak one of them."""


class SpeechEngine(Protocol):
    @property
    def name(self) -> str: ...

    def load(self, folder: Path | None, device: str) -> SpeakingVoice:
        """Load a voice onto `device`: auto, cpu, cuda or cuda:N. Raises `UnsafeCheckpoint`, `OutOfMemory`."""


def require_speaker(name: str, speakers: Sequence[str]) -> None:
    """Raises `Validation` for an unknown speaker."""
    if name not in speakers:
        known = ", ".join(speakers[:8]) or "it has one only; leave `speaker` out"
        raise Validation(f"The voice has no speaker {name[:60]}.", hint=f"Its speakers: {known}.").about("speaker")


def clamp_speed(speed: float) -> float:
    """The speed within the bounds of the public API (OpenAI's)."""
    return min(4.0, max(0.25, speed))

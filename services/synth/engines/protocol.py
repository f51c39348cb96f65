"""What an engine is to the service: something that loads a voice, which turns one sentence into samples."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


class SpeakingVoice(Protocol):
    """Loaded and ready. Safe to call from several threads; calls take turns."""

    @property
    def sample_rate(self) -> int:
        """Hz."""

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names to choose from; empty for a voice that is one person's."""

    @property
    def memory_bytes(self) -> int:
        """What unloading it would give back."""

    def speak(
        self, sentence: str, *, speed: float = 1.0, noise: float | None = None, seed: int | None = None
    ) -> Samples:
        """Mono samples [time] in [-1, 1] of one sentence, which `Frontend.sentences` has made short enough.

        `speed` 2 is twice as fast; `noise` (0 to 1, the voice's own by default) is how much the delivery varies; the
        same seed gives the same samples where the engine can. Raises `Validation` for a sentence with nothing to say.
        """


class Engine(Protocol):
    @property
    def name(self) -> str: ...

    def load(self, folder: Path | None, device: str) -> SpeakingVoice:
        """`device` is auto, cpu, cuda or cuda:N. Raises `UnsafeCheckpoint`, `OutOfMemory`."""


def within_bounds(speed: float) -> float:
    """The speed, held to what the public API allows (OpenAI's bounds)."""
    return min(4.0, max(0.25, speed))

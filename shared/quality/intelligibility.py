"""How much of a text a recogniser hears in speech: letters by an installed recogniser, or phonemes by a small one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.persian.frontend import Frontend
from shared.quality.figures import LETTER_ERRORS, PHONEME_ERRORS
from shared.quality.frames import Samples
from shared.quality.phonemes import edit_distance, split_phonemes
from shared.quality.recognizer import PhonemeRecognizer


class SpeechListener(Protocol):
    """Compares texts with what it hears; `figure` is the name of its error rate."""

    @property
    def figure(self) -> str: ...

    def expected(self, text: str) -> Sequence[str]:
        """The units of a text. Raises `Validation` for a text without anything speakable."""

    def heard(self, samples: Samples, rate: int) -> Sequence[str]:
        """The units in a recording: samples [time] in [-1, 1] at `rate` Hz."""


class Transcriber(Protocol):
    """An installed speech recogniser; see `transcription`, which loads transformers."""

    def transcribe(self, samples: Samples, rate: int) -> str:
        """The text of a recording: samples [time] in [-1, 1] at `rate` Hz; empty for less than 0.1 s.

        Raises `UnsafeCheckpoint` for a recogniser whose files do not fit each other.
        """


@dataclass(frozen=True, slots=True)
class PhonemeListener:
    recognizer: PhonemeRecognizer
    frontend: Frontend
    figure: str = PHONEME_ERRORS

    def expected(self, text: str) -> tuple[str, ...]:
        return split_phonemes(self.frontend.phonemes(text))

    def heard(self, samples: Samples, rate: int) -> tuple[str, ...]:
        return self.recognizer.recognize(samples, rate)


@dataclass(frozen=True, slots=True)
class LetterListener:
    transcriber: Transcriber
    frontend: Frontend
    figure: str = LETTER_ERRORS

    def expected(self, text: str) -> str:
        return letters_of(text, self.frontend)

    def heard(self, samples: Samples, rate: int) -> str:
        return letters_of(self.transcriber.transcribe(samples, rate), self.frontend)


@dataclass(slots=True)
class ErrorCount:
    """The error rate of several utterances: all errors divided by all expected units."""

    errors: int = 0
    units: int = 0

    def add(self, listener: SpeechListener, text: str, samples: Samples, rate: int) -> None:
        """Listen to one utterance. Raises `Validation` for a text without anything speakable."""
        expected = listener.expected(text)
        self.errors += edit_distance(expected, listener.heard(samples, rate))
        self.units += len(expected)

    @property
    def rate(self) -> float:
        return self.errors / self.units if self.units else 0.0


def letters_of(text: str, frontend: Frontend) -> str:
    """The letters of a normalised text, without spaces, half-spaces and punctuation: what an error rate counts."""
    return "".join(symbol for symbol in frontend.normalize(text) if symbol.isalnum())

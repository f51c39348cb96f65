"""From what a person writes to what a voice reads, in named stages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.contracts.errors import Validation
from shared.persian.letters import has_letter, unify_letters
from shared.persian.links import outside_links
from shared.persian.numbers import expand_numbers
from shared.persian.phonemes import to_phonemes
from shared.persian.punctuation import unify_marks
from shared.persian.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the pipeline; it never sees the addresses in a text."""

    name: str
    change: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class TraceStage:
    stage: str
    text: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """`phonemes` has one line a sentence; `trace` has the text after every stage."""

    normalized: str
    sentences: tuple[str, ...]
    phonemes: str
    trace: tuple[TraceStage, ...]


PIPELINE = (
    Stage("letters", unify_letters),
    Stage("numbers", expand_numbers),
    Stage("punctuation", unify_marks),
)


class Frontend:
    """Stateless; safe to share between threads. Linear in the length of the text, whatever the text."""

    def __init__(self, pipeline: tuple[Stage, ...] = PIPELINE) -> None:
        self._pipeline = pipeline

    def normalize(self, text: str) -> str:
        """Persian letters, number words and six punctuation marks. Doing it twice changes nothing more."""
        return self._trace(text)[-1].text.strip()

    def sentences(self, text: str) -> list[str]:
        """The normalized sentences. Raises `Validation` for a text that has nothing a Persian voice can say."""
        normalized = self.normalize(text)
        require_speakable(normalized)
        return split_sentences(normalized)

    def phonemes(self, sentence: str) -> str:
        """IPA with punctuation. Raises `Validation` for a sentence that has nothing to say."""
        normalized = self.normalize(sentence)
        require_speakable(normalized)
        return to_phonemes(normalized)

    def analyse(self, text: str) -> Analysis:
        """Everything at once, for a person who wants to see why a word is said as it is. Raises `Validation`."""
        trace = self._trace(text)
        normalized = trace[-1].text.strip()
        require_speakable(normalized)
        sentences = tuple(split_sentences(normalized))
        phonemes = "\n".join(to_phonemes(sentence) for sentence in sentences)
        return Analysis(normalized, sentences, phonemes, (*trace, TraceStage("phonemes", phonemes)))

    def _trace(self, text: str) -> tuple[TraceStage, ...]:
        trace = [TraceStage("input", text)]
        for stage in self._pipeline:
            text = outside_links(text, stage.change)
            trace.append(TraceStage(stage.name, text))
        return tuple(trace)


def speakable(text: str) -> bool:
    """Has the text a Persian letter, or a number (which becomes words)? Cheap: nothing is expanded."""
    unified = unify_letters(text)
    return has_letter(unified) or any("0" <= c <= "9" for c in unified)


def require_speakable(text: str) -> None:
    """Raise `Validation` for a text that a Persian voice would answer with noise."""
    if not speakable(text):
        shown = " ".join(text.split())[:60]
        raise Validation(
            f"There is no Persian letter and no number in “{shown}”." if shown else "There is no text to speak.",
            hint="Write the text in Persian script.",
        )

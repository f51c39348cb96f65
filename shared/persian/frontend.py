"""The pipeline from written text to normalized text and phonemes, in named stages.

Importing it loads neither torch nor the espeak-ng library nor the models of the readings: see `preload`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from shared.contracts.readings import NEWEST, Reading
from shared.persian.abbreviations import expand_abbreviations, expand_references
from shared.persian.addresses import expand_addresses
from shared.persian.arithmetic import expand_arithmetic
from shared.persian.chat import expand_chat
from shared.persian.codes import expand_codes
from shared.persian.dates import expand_dates
from shared.persian.formulas import expand_formulas
from shared.persian.fractions import expand_fractions
from shared.persian.grouping import expand_groups
from shared.persian.latin import expand_latin
from shared.persian.letters import SIGNS, unify_letters
from shared.persian.lexicon import Lexicon
from shared.persian.markup import strip_markup
from shared.persian.money import expand_money
from shared.persian.numbers import expand_numbers
from shared.persian.ordinals import expand_ordinals, expand_roman
from shared.persian.phones import expand_phones
from shared.persian.punctuation import dropped, unify_marks
from shared.persian.ranges import expand_ranges
from shared.persian.readings.reader import read
from shared.persian.readings.spoken import SpokenWord, ipa_of, text_with_signs
from shared.persian.sentences import split_sentences
from shared.persian.signed_letters import unify_letters_with_signs
from shared.persian.signs import expand_signs
from shared.persian.spacing import join_words
from shared.persian.speakable import require_rest, sayable
from shared.persian.symbols import expand_indices, expand_symbols
from shared.persian.times import expand_times
from shared.persian.units import expand_units
from shared.persian.ussd import expand_ussd
from shared.persian.verses import expand_verses
from shared.persian.versions import expand_versions
from shared.persian.vowel_signs import bare, restore


@dataclass(frozen=True, slots=True)
class FrontendStage:
    """One step of the pipeline. `foreign`: it also sees a text without a Persian letter and without a number."""

    name: str
    change: Callable[[str], str]
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class TraceStage:
    stage: str
    text: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """`phonemes` has one line a sentence, `sentence_phonemes` has them as a list; `trace` has the text after every
    stage; `words` are those of each sentence, as they are read."""

    normalized: str
    sentences: tuple[str, ...]
    phonemes: str
    trace: tuple[TraceStage, ...]
    sentence_phonemes: tuple[str, ...]
    words: tuple[tuple[SpokenWord, ...], ...]


# Also in the forms of PDF files.
_SIGNED = re.compile(f"[{SIGNS}\ufb50-\ufdff\ufe70-\ufeff]")

# The longer construct comes before its parts: 021-… before ranges, 10-12 before numbers. A stage that matches words
# and not digits (abbreviations, spacing) comes after the marks; otherwise it would not be idempotent.
PIPELINE = (
    FrontendStage("markup", strip_markup, foreign=True),
    FrontendStage("letters", unify_letters, foreign=True),
    FrontendStage("addresses", expand_addresses),
    FrontendStage("indices", expand_indices),
    FrontendStage("ussd", expand_ussd),
    FrontendStage("chat", expand_chat),
    FrontendStage("references", expand_references),
    FrontendStage("verses", expand_verses),
    FrontendStage("codes", expand_codes),
    FrontendStage("phones", expand_phones),
    FrontendStage("groups", expand_groups),
    FrontendStage("dates", expand_dates),
    FrontendStage("formulas", expand_formulas),
    FrontendStage("versions", expand_versions),
    FrontendStage("ranges", expand_ranges),
    FrontendStage("signs", expand_signs),
    FrontendStage("times", expand_times),
    FrontendStage("money", expand_money),
    FrontendStage("units", expand_units),
    FrontendStage("roman", expand_roman),
    FrontendStage("ordinals", expand_ordinals),
    FrontendStage("arithmetic", expand_arithmetic),
    FrontendStage("fractions", expand_fractions),
    FrontendStage("symbols", expand_symbols),
    FrontendStage("numbers", expand_numbers),
    FrontendStage("latin", expand_latin),
    FrontendStage("punctuation", unify_marks, foreign=True),
    FrontendStage("abbreviations", expand_abbreviations),
    FrontendStage("spacing", join_words),
)


class Frontend:
    """The front-end. Immutable and thread-safe. The time is linear in the length of any text.

    `reading`: how words are read where a caller does not say it; a voice is given the reading it was trained with.
    """

    def __init__(
        self,
        pipeline: tuple[FrontendStage, ...] = PIPELINE,
        *,
        lexicon: Lexicon | None = None,
        reading: Reading = NEWEST,
    ) -> None:
        self._lexicon = lexicon or Lexicon()
        self._reading = reading
        self._pipeline = (*pipeline, FrontendStage("lexicon", self._respell))

    def normalize(self, text: str) -> str:
        """Persian words and six punctuation marks. Doing it twice changes nothing more.

        Words keep the vowel signs that the author gave them. A text with neither a Persian letter nor a number is left
        in its own script: see `speakable`.
        """
        return self._trace(text)[-1].text.strip()

    def letters(self, text: str) -> str:
        """The normalized text without vowel signs, for voices that read letters."""
        return bare(self.normalize(text))

    def sentences(self, text: str) -> list[str]:
        """The normalized sentences. Raises `Validation` for a text without anything speakable."""
        normalized = self.normalize(text)
        require_rest(text, normalized)
        return split_sentences(normalized)

    def read(self, sentence: str, reading: Reading | None = None) -> list[SpokenWord]:
        """The words of a sentence with their IPA. Raises `Validation` for a sentence without anything speakable."""
        normalized = self.normalize(sentence)
        require_rest(sentence, normalized)
        return read(normalized, self._lexicon, reading or self._reading)

    def phonemes(self, sentence: str, reading: Reading | None = None) -> str:
        """IPA with punctuation. Raises `Validation` for a sentence without anything speakable."""
        return ipa_of(self.read(sentence, reading))

    def analyse(self, text: str, reading: Reading | None = None) -> Analysis:
        """The result of every stage, to explain the reading of a word. Raises `Validation`."""
        trace = self._trace(text)
        normalized = trace[-1].text.strip()
        require_rest(text, normalized)
        sentences = tuple(split_sentences(normalized))
        words = tuple(tuple(read(sentence, self._lexicon, reading or self._reading)) for sentence in sentences)
        readings = "\n".join(text_with_signs(sentence, each) for sentence, each in zip(sentences, words, strict=True))
        spoken = tuple(map(ipa_of, words))
        phonemes = "\n".join(spoken)
        explained = (*trace, TraceStage("readings", readings), TraceStage("phonemes", phonemes))
        return Analysis(normalized, sentences, phonemes, explained, spoken, words)

    def _respell(self, text: str) -> str:
        """Apply the lexicon. A reading may take an ending that its word did not: joined here, for idempotence."""
        respelled = self._lexicon.respell(text)
        return text if respelled == text else join_words(respelled)

    def _trace(self, text: str) -> tuple[TraceStage, ...]:
        native, signed = True, ""
        trace = [TraceStage("input", text)]
        for place, stage in enumerate(self._pipeline):
            if place == 1:  # after the markup stage: names of tags and numbers of entities are not spoken
                native = sayable(text)
                signed = unify_letters_with_signs(text) if _SIGNED.search(text) else ""
            if place == len(self._pipeline) - 1 and signed and native:
                text = restore(text, signed)
            if stage.change is unify_marks and native and (unsaid := dropped(text)):
                trace.append(TraceStage("dropped", unsaid))
            if native or stage.foreign:
                text = stage.change(text)
            trace.append(TraceStage(stage.name, text))
        return tuple(trace)


def preload() -> None:
    """Load espeak-ng and the models of the readings, for which the first sentence would wait: 0.1 s of a processor."""
    Frontend().phonemes("سلام دنیا", NEWEST)

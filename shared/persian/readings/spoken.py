"""The words of a sentence as they are spoken, and what is made of them: phonemes, word counts and the signed text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.readings import Source
from shared.persian.readings.tokens import TOKEN


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word or a punctuation mark of a sentence as it is spoken.

    `text`: as in the sentence; `ipa`: with the ezafe, or the mark itself; `shown`: the word with the vowel signs of its
    reading, which is read the same again; `source`: of the IPA, None for a mark; `ezafe_source`: of the ezafe or of its
    absence, None where no authority decides.
    """

    text: str
    ipa: str
    shown: str
    ezafe: bool = False
    source: Source | None = None
    ezafe_source: Source | None = None


def ipa_of(words: Sequence[SpokenWord]) -> str:
    """The phonemes of a sentence: words apart, marks on the word before them."""
    return "".join(word.ipa if word.source is None else f" {word.ipa}" for word in words).strip()


def spoken_words(words: Sequence[SpokenWord]) -> list[int]:
    """For each written word the number of words in its IPA."""
    counts: list[int] = []
    for word in words:
        if word.source is not None:
            written, spoken = len(word.text.split()), len(word.ipa.split())
            counts += [spoken] if written == 1 else [1] * spoken  # a clause that was read as a whole
        elif not counts:
            counts.append(1)  # a mark at the start of a sentence is written apart, «: کتاب»
    return counts


def text_with_signs(sentence: str, words: Sequence[SpokenWord]) -> str:
    """The sentence with the vowel signs of its reading. `words`: of `reader.read` for this sentence."""
    left = iter(words)
    pieces, at, pending = [], 0, ""
    for match in TOKEN.finditer(sentence):
        pieces.append(sentence[at : match.start()])
        at = match.end()
        if pending:  # a clause that was read as a whole
            pieces.append(match.group())
            pending = pending.removeprefix(match.group()).lstrip()
            continue
        word = next(left)
        whole = word.text != match.group()
        pending = word.text.removeprefix(match.group()).lstrip() if whole else ""
        pieces.append(match.group() if whole else word.shown)
    return "".join(pieces) + sentence[at:]

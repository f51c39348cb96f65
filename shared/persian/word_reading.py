"""The reading column of a lexicon: vowel signs or IPA, and after them tags in square brackets."""

from __future__ import annotations

from dataclasses import dataclass

from shared.contracts.readings import Source
from shared.persian.word_classes import WordClass

_KINDS = {
    "noun": WordClass("N", "N0", "0", "0", "0", "0"),
    "name": WordClass("N", "N-2", "0", "0", "0", "0"),
    "adjective": WordClass("A", "A0", "0", "0", "0", "0"),
    "adverb": WordClass("D", "D0", "0", "0", "0", "0"),
    "verb": WordClass("V", "V", "0", "0", "0", "0"),
}
_EZAFES = {"ezafe": True, "no-ezafe": False}
TAGS = (*_KINDS, *_EZAFES)


@dataclass(frozen=True, slots=True)
class WordReading:
    """What a lexicon says of a word. None: nothing.

    `signs`: the word with vowel signs; `ipa`: its pronunciation without an ezafe; `kind`: its part of speech;
    `level`: whose lexicon it is.
    """

    signs: str | None = None
    ipa: str | None = None
    ezafe: bool | None = None
    kind: WordClass | None = None
    level: Source = "request"


def split_tags(reading: str) -> tuple[str, tuple[str, ...]]:
    """The reading without its tags, and the tags: «کِرِم [noun, ezafe]». Raises `ValueError` with the reason."""
    if not reading.endswith("]"):
        return reading, ()
    rest, bracket, listed = reading[:-1].partition("[")
    tags = tuple(tag.strip() for tag in listed.split(","))
    if not bracket or not all(tag in TAGS for tag in tags):
        raise ValueError(f"the tags in square brackets are {', '.join(TAGS)}")
    if len(set(tags) & _KINDS.keys()) > 1 or len(set(tags) & _EZAFES.keys()) > 1:
        raise ValueError("two of the tags contradict each other")
    return rest.strip(), tuple(dict.fromkeys(tags))


def tagged(tags: tuple[str, ...], *, signs: str | None = None, ipa: str | None = None) -> WordReading:
    """A reading with these tags."""
    kinds = [_KINDS[tag] for tag in tags if tag in _KINDS]
    ezafes = [_EZAFES[tag] for tag in tags if tag in _EZAFES]
    return WordReading(signs, ipa, ezafes[0] if ezafes else None, kinds[0] if kinds else None)

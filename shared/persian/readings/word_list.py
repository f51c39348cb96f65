"""The word list of this release: readings that hold for everybody who has no lexicon."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from shared.persian.lexicon import Lexicon
from shared.persian.word_reading import WordReading

WORDS = Path(__file__).with_name("words.tsv")


def with_word_list(words: Sequence[str], stated: Sequence[WordReading | None]) -> list[WordReading | None]:
    """The readings of a user's lexicons, and the shipped ones of the words that have none."""
    shipped = _word_list().readings_in(words)
    return [own or found for own, found in zip(stated, shipped, strict=True)]


@lru_cache(maxsize=1)
def _word_list() -> Lexicon:
    return Lexicon.load(WORDS).at_level("words")

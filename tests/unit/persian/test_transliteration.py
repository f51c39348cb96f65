"""Names that no table has, by the sound of their letters; a guess, so these cases are those it must not miss."""

from __future__ import annotations

import pytest

from shared.persian.letters import LETTERS
from shared.persian.transliteration import transliterate

CASES = [
    ("bob", "بوب"),
    ("martin", "مارتین"),
    ("sharon", "شارون"),
    ("chat", "چات"),
    ("khalid", "خالید"),
    ("philip", "فیلیپ"),
    ("robot", "روبوت"),
    ("stop", "استوپ"),
    ("emma", "اما"),
    ("jack", "جاک"),
    ("nation", "ناشن"),
    ("knife", "نیف"),
    ("boss", "بوس"),
    ("e", "ا"),
]


@pytest.mark.parametrize(("word", "letters"), CASES)
def test_transliterate(word: str, letters: str) -> None:
    assert transliterate(word) == letters


@pytest.mark.parametrize("letter", "abcdefghijklmnopqrstuvwxyz")
def test_no_word_becomes_nothing(letter: str) -> None:
    for word in (letter, letter * 2, letter * 7, letter + "e", "e" + letter):
        said = transliterate(word)
        assert said
        assert set(said) <= set(LETTERS)

"""The signs that are shown for a reading are read as it."""

from __future__ import annotations

import pytest

from shared.persian.readings.pronounce import clause_ipa
from shared.persian.readings.signing import with_signs
from shared.persian.readings.vowelled import read_signs

WORDS = [
    ("کشتی", "koʃtˈi", "کُشتی"),
    ("آورد", "ɑvarˈad", "آورَد"),
    ("سبک", "sˈabk", "سبْک"),
    ("تست", "tˈest", None),
    ("اعمال", "eʔmˈɑl", "اِعمال"),
    ("تو", "tˈuː", None),
]


@pytest.mark.parametrize(("word", "ipa", "shown"), WORDS)
def test_the_fewest_signs(word: str, ipa: str, shown: str | None) -> None:
    default = clause_ipa(word)
    found = with_signs(word, ipa, default)
    if shown is not None:
        assert found == shown
        assert read_signs(found, default).ipa is not None
    elif found is not None:
        assert (read_signs(found, default).ipa or default).replace("ˈ", "") == ipa.replace("ˈ", "")


def test_a_reading_that_has_nothing_of_the_word_is_not_shown() -> None:
    assert with_signs("کتاب", "xˈuːne", clause_ipa("کتاب")) is None

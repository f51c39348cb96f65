from __future__ import annotations

from collections import Counter

import pytest

from shared.preview.characters import kind_of, most_frequent


@pytest.mark.parametrize(
    ("characters", "kind"),
    [
        ("آءپژۀ", "letter"),
        ("\u200c\u064e\u064b\u0654ـ", "sign"),
        ("۰۹09", "digit"),
        (" \n", "space"),
        ("،؛؟.!«»…-%", "punctuation"),
        ("يكة٣ﻻ", "variant"),
        ("aZé", "latin"),
        ("Жא語\x00", "other"),
    ],
)
def test_a_character_has_the_kind_that_a_reader_would_say(characters: str, kind: str) -> None:
    assert {character: kind_of(character) for character in characters} == dict.fromkeys(characters, kind)


def test_the_most_frequent_come_first_and_foreign_ones_are_marked() -> None:
    found = most_frequent(Counter("سسسيa"))
    assert [(item.character, item.count, item.persian) for item in found[:1]] == [("س", 3, True)]
    assert {item.character for item in found if not item.persian} == {"ي", "a"}
    assert found[0].code == "U+0633"


def test_at_most_two_hundred_are_shown() -> None:
    assert len(most_frequent(Counter(map(chr, range(0x4E00, 0x4E00 + 500))))) == 200

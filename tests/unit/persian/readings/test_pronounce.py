"""espeak-ng reads a word in its carrier as in its clause."""

from __future__ import annotations

import pytest

from shared.persian.readings.pronounce import clause_ipa, pronounce

CLAUSES = [
    "به گزارش خبرنگار مهر در گرگان",
    "این را از ما بپرس",
    "با نزدیک شدن مهلت پیشنهادی دولت روسیه",
    "آن‌ها را در خانهٔ بزرگ دید و رفت",
    "می‌خوام برم خونه",
    "است",
    "را",
    "به",
]


@pytest.mark.parametrize("clause", CLAUSES)
def test_words_are_read_as_in_their_clause(clause: str) -> None:
    assert " ".join(pronounce(clause.split(" ")) or ()) == clause_ipa(clause)


def test_a_word_that_says_nothing_has_no_reading() -> None:
    assert pronounce(["کتاب", "", "خوب"]) is None


def test_a_long_word_is_read_and_not_remembered() -> None:
    from shared.persian.readings.pronounce import _read

    size = _read.cache_info().currsize
    assert pronounce(["کتاب" * 30, "خوب"])
    assert _read.cache_info().currsize <= size + 1

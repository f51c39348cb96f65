"""Which words می belongs to."""

from __future__ import annotations

import pytest

from shared.persian.verbs import follows_mi, split_mi


@pytest.mark.parametrize(
    "word", ["روم", "خواهند", "گفتمش", "کند", "کنه", "رفت", "توان", "باید", "شده", "بینمشان", "گم"]
)
def test_forms_of_verbs(word: str) -> None:
    assert follows_mi(word)


@pytest.mark.parametrize("word", ["ناب", "سرخ", "این", "را", "خانه", "", "ا" * 1000])
def test_other_words(word: str) -> None:
    assert not follows_mi(word)


@pytest.mark.parametrize(
    ("word", "verb"),
    [
        ("میروم", "روم"),
        ("نمیدانم", "دانم"),
        ("میاد", None),
        ("میدان", None),
        ("میان", None),
        ("میزان", None),
        ("میدون", None),
        ("میلیون", None),
        ("میلیارد", None),
        ("میزبان", None),
        ("میهن", None),
        ("میکروفن", None),
        ("میثاق", None),
        ("می", None),
        ("نمی", None),
        ("نمک", None),
    ],
)
def test_glued(word: str, verb: str | None) -> None:
    assert split_mi(word) == verb

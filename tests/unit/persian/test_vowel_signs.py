"""The signs that a user typed survive the pipeline, on the words that it leaves as they are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.persian.frontend import Frontend
from shared.persian.letters import HAMZA_ABOVE, LETTERS, TANWIN, ZWNJ, unify_letters
from shared.persian.signed_letters import unify_letters_with_signs
from shared.persian.vowel_signs import SIGNS, bare, restore

N = 200_000
frontend = Frontend()

LETTER_CASES = [
    ("کِرِم", "کِرِم"),
    ("كِتابي", "کِتابی"),
    ("مدرسةِ", "مدرسهِ"),
    ("مـَدرسه", "مَدرسه"),  # the sign of a kashida is that of its letter
    ("مَ\u200fدرسه", "مَدرسه"),
    ("م\u200dَدرسه", "مَدرسه"),
    ("رَحمَٰن", "رَحمٰن"),
    ("مُحَمّ\u064eد", "مُحَم\u064e\u0651د"),
    ("مُسْتَقِلًّا", "مُسْتَقِلًّا"),
    ("کَُِتاب", "کَتاب"),
    ("خانهٔ\u0650", "خانهِٔ"),
    ("خانۀ\u0650", "خانهِٔ"),
    ("َکتاب", "کتاب"),
    ("کتاب َ", "کتاب "),
    ("کتاب\u200cَها", "کتاب\u200cها"),
    ("aِ 1ِ ټِ", "a 1 ټ"),
    ("ﻻَ", "لاَ"),
    ("12ـِ3", "12-3"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "unified"), LETTER_CASES)
def test_signs_stay_on_their_letters(written: str, unified: str) -> None:
    assert unify_letters_with_signs(written) == unified
    assert unify_letters_with_signs(unified) == unified


_CHARACTERS = st.sampled_from(
    f"{LETTERS}{SIGNS * 4}{TANWIN * 3}{HAMZA_ABOVE * 2}\u0653\u0655\u0656{ZWNJ}  ـ-12۳٤x\nيىكةۀہﷲﻼﷺﱠﹷﹶ\u200f\u200d%.،"
)


@settings(max_examples=500, deadline=None)
@given(st.text(_CHARACTERS, max_size=24))
def test_without_signs_it_is_the_text_of_unify_letters(text: str) -> None:
    signed = unify_letters_with_signs(text)
    assert bare(signed) == unify_letters(text)
    assert restore(bare(signed), signed) == signed or not all(c in LETTERS + SIGNS + ZWNJ for c in signed)


@settings(max_examples=200, deadline=None)
@given(st.text(f"{LETTERS}{SIGNS * 4}", max_size=24))
def test_signs_are_in_canonical_order(text: str) -> None:
    signed = unify_letters_with_signs(text)
    assert unicodedata.normalize("NFC", signed) == signed


RESTORED = [
    ("کِرِم ضدآفتاب و کِرمِ خاکی", "کِرِم ضدآفتاب و کِرمِ خاکی"),
    ("کرم و کِرِم و کرم", "کرم و کِرِم و کرم"),
    ("می رَوَم", f"می{ZWNJ}رَوَم"),
    ("می\u200cرَوَم", f"می{ZWNJ}رَوَم"),
    ("کِتابها", f"کِتاب{ZWNJ}ها"),
    ("عَلاقه مَند", f"عَلاقه{ZWNJ}مَند"),
    ("۲ و ۳ وَ چهار", "دو و سه وَ چهار"),
    ("5تومانِ", "پنج تومانِ"),
    ("کتابِ <b>مَردُم</b>", "کتابِ مَردُم"),
    ("سَلااااام", "سلام"),  # stretched: another word
    ("بِسْمِ اللَّهِ الرَّحْمَٰنِ الرَّحِيمِ", "بِسْمِ اللَّهِ الرَّحْمٰنِ الرَّحِیمِ"),
    ("خانهِٔ ما", "خانهِٔ ما"),
]


@pytest.mark.parametrize(("written", "expected"), RESTORED)
def test_signs_come_back_behind_the_pipeline(written: str, expected: str) -> None:
    signed = unify_letters_with_signs(written)
    normalized = frontend.normalize(bare(signed))
    assert restore(normalized, signed) == expected
    assert restore(normalized, expected) == expected


@pytest.mark.parametrize(
    ("normalized", "signed", "expected"),
    [
        ("کرم", "کتابِ", "کرم"),
        ("کرم کرم", "کِرِم", "کِرِم کرم"),
        ("الف کرم ب کرم", "الف ب کِرِم", "الف کرم ب کِرِم"),  # between the nearest anchors
        ("کرم", "کِرِم کِرم", "کِرِم"),
        ("ب الف", "اَلف ب", "ب اَلف"),  # moved words
        ("ټول", "وَل", "ټول"),
        ("ول", "ټوَل", "ول"),
        ("", "کِرِم", ""),
        ("کرم", "", "کرم"),
    ],
)
def test_changed_texts(normalized: str, signed: str, expected: str) -> None:
    assert restore(normalized, signed) == expected


_WORDS = st.lists(st.text("کرمٌَِّ\u200c aټ1", max_size=6), max_size=12)


@settings(max_examples=500, deadline=None)
@given(_WORDS, _WORDS)
def test_only_signs_are_added_and_a_second_time_changes_nothing(normalized: list[str], signed: list[str]) -> None:
    plain = bare(" ".join(normalized))
    once = restore(plain, unify_letters_with_signs(" ".join(signed)))
    assert bare(once) == plain
    assert restore(plain, once) == once


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["َ", "ًَ", "َُِّْ", "ـَ", "بَ", "بَ ", "َ\u200f", "ب\u200cِ", "بًَّ", "بَ\u200cب "])
def test_hostile_signs_take_linear_time(unit: str) -> None:
    # Measured: 2 s at most.
    signed = unify_letters_with_signs("ا" + unit * (N // len(unit)))
    plain = bare(signed)
    assert bare(restore(plain, signed)) == plain
    restore("ب " * (N // 4) + plain[: N // 4], signed)

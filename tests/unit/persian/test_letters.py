"""Whatever keyboard a text was typed on, the same word comes out."""

from __future__ import annotations

import pytest

from shared.persian.letters import ZWNJ, has_letter, unify_letters

CASES = [
    ("كتاب", "کتاب"),
    ("علي", "علی"),
    ("موسى", "موسی"),
    ("مدرسة", "مدرسه"),
    ("خانۀ", "خانهٔ"),
    ("خانهٔ", "خانهٔ"),
    ("إن", "ان"),
    ("ٱلله", "الله"),
    ("سؤال", "سؤال"),
    ("رأی", "رأی"),
    ("قرآن", "قرآن"),
    ("قرا\u0653ن", "قرآن"),  # alef and madda as two code points
    ("کِتابِ", "کتاب"),
    ("مُحَمَّد", "محمد"),
    ("حتماً", "حتماً"),  # tanwin is spoken
    ("ســـلام", "سلام"),
    ("۰۱۲۳۴۵۶۷۸۹", "0123456789"),
    ("٠١٢٣٤٥٦٧٨٩", "0123456789"),
    ("می\u200cروم", f"می{ZWNJ}روم"),
    ("می\u200c\u200cروم", f"می{ZWNJ}روم"),
    ("می \u200cروم", "می روم"),
    ("می¬روم", f"می{ZWNJ}روم"),
    ("\u200fسلام\u200e", "سلام"),
    ("\ufeffسلام", "سلام"),
    ("دو\u00a0تا", "دو تا"),
    ("ﺳﻼﻡ", "سلام"),  # presentation forms, as some PDF readers copy
    ("ھمه", "همه"),
    ("abc XYZ", "abc XYZ"),
    ("۱٢3", "123"),
    ("کوردۆ", "کوردو"),
    ("ڕۆژ", "روژ"),
    ("ټول", "ټول"),  # Pashto has letters of its own
    ("آ\u0654", "آ"),
    ("مسئول", "مسئول"),
    ("هيئة", "هیئه"),
    ("ـ", ""),
    ("", ""),
]


@pytest.mark.parametrize(("written", "unified"), CASES)
def test_letters(written: str, unified: str) -> None:
    assert unify_letters(written) == unified
    assert unify_letters(unified) == unified


@pytest.mark.parametrize(("text", "expected"), [("سلام", True), ("hello", False), ("123", False), ("!؟ ", False)])
def test_has_letter(text: str, expected: bool) -> None:
    assert has_letter(text) is expected

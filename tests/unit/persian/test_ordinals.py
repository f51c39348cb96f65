"""Ordinals of both scripts, and the Roman numerals of kings and centuries."""

from __future__ import annotations

import pytest

from tests.support.reading import reading

CASES = [
    ("۲۱ام", "بیست و یکم"),
    ("۲۱ اُم", "بیست و یکم"),
    ("۵م", "پنجم"),
    ("۳‌اُم", "سوم"),
    ("۳مین", "سومین"),
    ("۲۱امین", "بیست و یکمین"),
    ("۳۰ام", "سی‌ام"),
    ("۱۰۰مین", "صدمین"),
    ("۲۳ام", "بیست و سوم"),
    ("۵متر", "پنج متر"),
    ("21st", "بیست و یکم"),
    ("2nd", "دوم"),
    ("3RD", "سوم"),
    ("4th", "چهارم"),
    ("لویی XIV", "لویی چهاردهم"),
    ("قرن XX", "قرن بیستم"),
    ("پاپ Pius IX", "پاپ پیوس نهم"),
    ("شاه Louis XVI", "شاه لویی شانزدهم"),
    ("جنگ جهانی II", "جنگ جهانی دوم"),
    ("سدهٔ XIXم", "سدهٔ نوزدهم"),
    ("قرن IIII", "قرن آی‌آی‌آی‌آی"),  # not well-formed
    ("ویتامین C", "ویتامین سی"),
    ("مایکل X", "مایکل ایکس"),
    ("قرن ۲۰م", "قرن بیستم"),
    ("فصل IV", "فصل چهارم"),
]


@pytest.mark.parametrize(("written", "read"), CASES)
def test_ordinals(written: str, read: str) -> None:
    assert reading(written) == read

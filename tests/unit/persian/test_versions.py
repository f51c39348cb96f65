"""Versions and IP addresses are no decimals."""

from __future__ import annotations

import pytest

from tests.support.reading import reading

CASES = [
    ("نسخهٔ 2.0.1", "نسخهٔ دو نقطه صفر نقطه یک"),
    ("نسخه ۲.۰", "نسخه دو نقطه صفر"),
    ("v2.0.1", "نسخهٔ دو نقطه صفر نقطه یک"),
    ("v1.2", "نسخهٔ یک نقطه دو"),
    ("پایتون 3.11", "پایتون سه نقطه یازده"),
    ("Python 3.11", "پایتون سه نقطه یازده"),
    ("iOS 17.4", "آی‌او‌اس هفده نقطه چهار"),
    ("192.168.1.1", "صد و نود و دو نقطه صد و شصت و هشت نقطه یک نقطه یک"),
    ("بند ۳.۲.۱.", "بند سه نقطه دو نقطه یک."),
    ("۳.۵", "سه و پنج دهم"),
    ("1.2.3.", "یک نقطه دو نقطه سه."),
    ("ویندوز ۱۱", "ویندوز یازده"),
    ("شکل ۱.۲", "شکل یک نقطه دو"),
    ("USB 3.0", "یو‌اس‌بی سه نقطه صفر"),
]


@pytest.mark.parametrize(("written", "read"), CASES)
def test_versions(written: str, read: str) -> None:
    assert reading(written) == read

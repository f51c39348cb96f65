"""Hashtags, mentions, emoticons and letters held down."""

from __future__ import annotations

import pytest

from tests.support.reading import reading

CASES = [
    ("#تهران_۱۴۰۳", "هشتگ تهران هزار و چهارصد و سه"),
    ("#نه_به_جنگ خوب", "هشتگ نه به جنگ خوب"),
    ("@user_name سلام", "ات‌ساین یوزر نام سلام"),
    ("سلاااام", "سلام"),
    ("خیلییییی خوووب", "خیلی خوب"),
    ("آرررره", "آره"),
    ("الله ممتاز", "الله ممتاز"),  # two of a letter are spelling
    ("ههههه", "هه"),
    ("خخخخ چه باحال", "خخ چه باحال"),
    ("خوبم :) تو؟", "خوبم تو?"),
    ("خوبم:)", "خوبم"),
    ("باشه ;-) :D", "باشه"),
    ("دوستت دارم <3 😍❤️", "دوستت دارم"),
    ("وای!!!!!؟؟؟", "وای?"),
    ("سلام😀خوبی", "سلام خوبی"),
    ("چیییی؟!", "چی?"),
    ("نه بابا....... جدی؟", "نه بابا. جدی?"),
    ("قیمت:(۵۰۰)", "قیمت: پانصد"),
]


@pytest.mark.parametrize(("written", "read"), CASES)
def test_chat(written: str, read: str) -> None:
    assert reading(written) == read

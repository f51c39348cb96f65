"""Latin words in Persian letters: known words, spelt capitals, the sound of the rest."""

from __future__ import annotations

import pytest

from tests.support.reading import reading

CASES = [
    ("شبکهٔ BBC", "شبکهٔ بی‌بی‌سی"),
    ("با CNN", "با سی‌ان‌ان"),
    ("GPS دارد", "جی‌پی‌اس دارد"),
    ("سازمان NASA", "سازمان ناسا"),
    ("گوگل Google", "گوگل گوگل"),
    ("Windows 11", "ویندوز یازده"),
    ("iPhone 15 Pro Max", "آیفون پانزده پرو مکس"),
    ("iPhone15", "آیفون پانزده"),
    ("WhatsApp رو باز کن", "واتساپ رو باز کن"),
    ("WiFi یا wifi یا Wi-Fi", "وای‌فای یا وای‌فای یا وای‌فای"),
    ("فایل PDF", "فایل پی‌دی‌اف"),
    ("OK، باشه", "اوکی, باشه"),
    ("A4", "ای چهار"),
    ("کلاس B", "کلاس بی"),
    ("U.S.A. بزرگ است", "یو‌اس‌ای بزرگ است"),
    ("C++ و C#", "سی پلاس پلاس و سی شارپ"),
    ("بخش R&D", "بخش آر اند دی"),
    ("سایتgoogleخوبه", "سایت گوگل خوبه"),
    ("café خوب", "کافه خوب"),
    ("CO2 زیاد", "سی‌او دو زیاد"),
    ("گروه خونی A+ دارد", "گروه خونی ای مثبت دارد"),
    ("نمرهٔ A+ گرفت", "نمرهٔ ای پلاس گرفت"),
    ("Dr. Smith گفت", "دکتر اسمیت گفت"),
    ("e.g. این", "ئی‌جی این"),
    ("در YouTube", "در یوتیوب"),
    ("YouTube", "YouTube"),  # nothing Persian around it: the text is refused
    ("don't نگو", "دونت نگو"),
    ("Robert آمد", "روبرت آمد"),
    ("Bob آمد", "بوب آمد"),
    ("Martin آمد", "مارتین آمد"),
    ("Sharif دانشگاه", "شریف دانشگاه"),
    ("Photoshop کار", "فتوشاپ کار"),
    ("MacBookAir خرید", "مک بوک ایر خرید"),
    ("XYZQWRT حرف", "ایکس‌وای‌زد‌کیو‌دابلیو‌آر تی حرف"),
    ("Straße شهر", "استراس شهر"),
]


@pytest.mark.parametrize(("written", "read"), CASES)
def test_latin(written: str, read: str) -> None:
    assert reading(written) == read

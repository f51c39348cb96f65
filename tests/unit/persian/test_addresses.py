"""Addresses and code are read part by part; nothing in them is a number or a date."""

from __future__ import annotations

import pytest

from tests.support.reading import reading

CASES = [
    ("ببین https://example.com/a?b=1,234&c=2.5. تمام", "ببین اگزمپل دات کام اسلش ای. تمام"),
    ("سایت www.digikala.com.", "سایت دیجی‌کالا دات کام."),
    ("example.com/12 بله ۱۲", "اگزمپل دات کام اسلش دوازده بله دوازده"),
    ("نامه به a.b@example.com، فوری", "نامه به ای دات بی ات‌ساین اگزمپل دات کام, فوری"),
    ("info@sokhan.ir را ببین", "اینفو ات‌ساین سخن دات آی‌آر را ببین"),
    ("سایت isna.ir/news/1403", "سایت ایسنا دات آی‌آر اسلش نیوز اسلش هزار و چهارصد و سه"),
    ("فایل report.pdf را باز کن", "فایل ریپورت دات پی‌دی‌اف را باز کن"),
    ("main.py خراب است", "مین دات پی‌وای خراب است"),
    ("http://192.168.1.1/admin را بزن", "صد و نود و دو دات صد و شصت و هشت دات یک دات یک اسلش ادمین را بزن"),
    ("https://fa.wikipedia.org/wiki/ایران خوب است", "اف‌ای دات ویکی‌پدیا دات ارگ اسلش ویکی اسلش ایران خوب است"),
    ("دستور `x = 1/2` را بزن", "دستور ایکس مساوی یک اسلش دو را بزن"),
    ("https://a.com/1/2/3/4/5/6 بود", "ای دات کام اسلش یک اسلش دو اسلش سه اسلش چهار بود"),
    ("سایت (www.example.com) بود", "سایت اگزمپل دات کام بود"),
    ("test_1@mail.example.com نه", "تست آندرلاین یک ات‌ساین میل دات اگزمپل دات کام نه"),
    ("a@b@c بله", "ای بی سی بله"),
    (
        "سایت digikala.com/product/dkp-123456 بود",
        "سایت دیجی‌کالا دات کام اسلش پروداکت اسلش دی‌کی‌پی یک دو سه چهار پنج شش بود",
    ),
    ("آمد.com رفت", "آمد دات کام رفت"),
    ("قیمت 2.com", "قیمت دو دات کام"),
]


@pytest.mark.parametrize(("written", "read"), CASES)
def test_addresses(written: str, read: str) -> None:
    assert reading(written) == read

"""Decides whether a dash between two numbers is a score: «پرسپولیس ۲-۰ سپاهان»."""

from __future__ import annotations

import re

from shared.persian.patterns import any_of

_SPORT = re.compile(
    r"(?<!\w)(?:برد(?!\w)|گل(?!\w)|تیم ملی|باخت|شکست|پیروز|مساوی|تساوی|نتیجه|دیدار|بازی|مسابقه|لیگ|مغلوب|پنالتی|فوتبال|"
    r"والیبال|بسکتبال|داربی|شهرآورد)"
)
_AROUND = 70
"""Characters of context on either side: about a line of a newspaper."""
_HIGHEST = 199
_MOST_GOALS = 20
_MONTHS = "فروردین|اردیبهشت|خرداد|تیر(?!\\w)|مرداد|شهریور|مهر(?!\\w)|آبان|آذر|دی(?!\\w)|بهمن|اسفند"
_COUNTED = re.compile(
    r"\s?(?:[%٪]|نفر|سال|روز|ماه|هفته|ساعت|دقیقه|درصد|هزار|میلی|بازیکن|تومان|متر|کیلو|عدد|مورد|بار|تیم|بازی|امتیاز|"
    rf"{_MONTHS})"
)
_SPAN_BEFORE = re.compile(
    r"(?<!\w)(?:ساعت|ساعات|سال|سال‌های|بین|از|صفحهٔ?|صفحات|روزهای|سنین|(?:ردهٔ?|گروه) سنی)[ :]{1,2}$"
)

# Unambiguous names of clubs.
_CLUBS = (
    "پرسپولیس", "سپاهان", "تراکتور", "تراکتورسازی", "ذوب‌آهن", "ذوب آهن", "گل‌گهر", "گل گهر", "نساجی", "سایپا",
    "چادرملو", "صنعت نفت", "رئال", "رئال مادرید", "بارسلونا", "بارسا", "اتلتیکو", "منچستر", "منچسترسیتی",
    "منچستر سیتی", "منچستریونایتد", "منچستر یونایتد", "لیورپول", "آرسنال", "چلسی", "تاتنهام", "بایرن",
    "بایرن مونیخ", "دورتموند", "یوونتوس", "اینتر", "آث میلان", "ناپولی", "پاری‌سن‌ژرمن", "پاری سن ژرمن",
    "پی‌اس‌جی", "الهلال", "النصر", "الاهلی", "الاتحاد", "السد", "العین", "الدحیل",
)  # fmt: skip
# Ambiguous names: they count only if there is one on each side.
_MAYBE = (
    "استقلال", "فولاد", "پیکان", "ملوان", "مس", "خیبر", "هوادار", "آلومینیوم", "شمس‌آذر", "میلان", "رم",
    "پاریس", "آژاکس", "ایران", "عراق", "ژاپن", "کره", "کرهٔ جنوبی", "قطر", "عربستان", "امارات", "ازبکستان",
    "سوریه", "لبنان", "اردن", "چین", "استرالیا", "برزیل", "آرژانتین", "آلمان", "فرانسه", "اسپانیا", "انگلیس",
    "انگلستان", "ایتالیا", "پرتغال", "هلند", "آمریکا", "ولز", "بلژیک", "کرواسی", "مراکش", "لهستان", "روسیه",
    "اوکراین", "ترکیه", "صربستان", "کانادا", "مکزیک",
)  # fmt: skip
_TOWN = r"(?: (?:تهران|تبریز|اصفهان|خوزستان|سیرجان|رفسنجان|اراک|آبادان|کرمان|قزوین|انزلی|مادرید|مونیخ))?"
_ALL = (*_CLUBS, *_MAYBE)
_MAX_NAME_LETTERS = 30
_CLUB_BEFORE, _ANY_BEFORE = (re.compile(rf"(?<!\w)(?:{any_of(names)}){_TOWN} ?$") for names in (_CLUBS, _ALL))
_CLUB_AFTER, _ANY_AFTER = (re.compile(rf" ?(?:{any_of(names)})(?!\w)") for names in (_CLUBS, _ALL))


def is_score(text: str, start: int, end: int, one: str, other: str) -> bool:
    """Whether the numbers `one` and `other`, from `start` to `end` of `text`, are the score of a match."""
    if not (one.isdigit() and other.isdigit() and int(one) <= _HIGHEST and int(other) <= _HIGHEST):
        return False
    before = text[max(0, start - _MAX_NAME_LETTERS) : start]
    if _COUNTED.match(text, end) or _SPAN_BEFORE.search(before):
        return False
    if _CLUB_BEFORE.search(before) or _CLUB_AFTER.match(text, end):
        return True
    sides = (_ANY_BEFORE.search(before) is not None) + (_ANY_AFTER.match(text, end) is not None)
    # A range neither begins nor ends at zero: «استقلال ۱ - ۰».
    if sides == 2 or (sides and "0" in {one, other} and max(int(one), int(other)) <= _MOST_GOALS):
        return True
    return _SPORT.search(text[max(0, start - _AROUND) : end + _AROUND]) is not None

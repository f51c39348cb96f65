"""Dates, numeric and written, Jalali and Gregorian; the day becomes an ordinal, the month a name.

A date that no calendar has (1403/13/45) is left to the later stages, which read its parts. `5/12` without a year is a
date only after a word that announces one; elsewhere it is a fraction.
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, date

from persiantools.jdatetime import JalaliDate

from shared.persian.calendars import expand_expiry, expand_lunar
from shared.persian.letters import LETTERS
from shared.persian.words import apart, cardinal, group, ordinal

JALALI = ("فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند")
GREGORIAN = (
    "ژانویه", "فوریه", "مارس", "آوریل", "مه", "ژوئن", "ژوئیه", "اوت", "سپتامبر", "اکتبر", "نوامبر", "دسامبر",
)  # fmt: skip
_ENGLISH = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ENGLISH_LONG = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_WRITTEN = "|".join((
    *JALALI, *GREGORIAN, "امرداد", "جولای", "ژوییه", "آگوست", "آگست", "ژانویهٔ", "فوریهٔ", "مهٔ", "ژوئیهٔ",
    "محرم", "ربیع‌الاول", "ربیع الاول", "ربیع‌الثانی", "ربیع الثانی", "جمادی‌الاول", "جمادی الاول", "جمادی‌الثانی",
    "جمادی الثانی", "رجب", "شعبان", "رمضان", "شوال", "ذیقعده", "ذی‌القعده", "ذی القعده", "ذیحجه", "ذی‌الحجه", "ذی الحجه",
))  # fmt: skip
_ANNOUNCED = "تاریخ|مورخ|مورخه|روز|شنبه|یکشنبه|دوشنبه|چهارشنبه|پنجشنبه|پنج‌شنبه|جمعه"
_DAYS = 31
_JALALI_YEARS, _GREGORIAN_YEARS = range(1200, 1500), range(1500, 2200)

# What follows may be a time of day, as banks and machines glue it: 1403/05/12-10:30, 2024-03-20T10:30.
_THEN_A_TIME = r"(?:(?P<then>[T_-])(?=\d{1,2}:\d\d)|(?!\d|[/.:-]\d))"
_NUMERIC = re.compile(r"(?<![\d/.:])(?<!\d-)(\d{1,4})([/.-])(\d{1,2})\2(\d{1,4})" + _THEN_A_TIME, re.ASCII)
# Of a school and of a league a year has two numbers: «سال تحصیلی ۱۴۰۱/۰۲».
_YEAR_AND_MONTH = re.compile(
    r"(?<!تحصیلی )(?<!فصل )(?<!مالی )(?<!زراعی )(?<![\d/.:-])(1[34]\d\d)/(0[1-9]|1[0-2])(?![\d/]|[.:-]\d)", re.ASCII
)
_DAY_AND_MONTH = re.compile(rf"(?<!\w)((?:{_ANNOUNCED})[ :]{{1,2}})(\d{{1,2}})/(\d{{1,2}})(?![\d/]|[.:-]\d)")
# «تیر» also means a shot, and «می» is also a prefix: the one is no month before verbs of shooting, the other is a month
# only with its year.
_DAY = re.compile(
    rf"(?<![\w.,/:-])(\d{{1,2}})(?:\u200c?ام|م)?(?=[ \u200c]?(?:(?:{_WRITTEN})(?:\u200c?ماه)?(?![{LETTERS}\u200c])"
    r"|(?:می|صفر) \d{4}))(?! ?تیر (?:خورد|شلیک|زد|خلاص|هوایی|به))",
    re.ASCII,
)
_ENGLISH_NAMES = "|".join((*_ENGLISH_LONG, *_ENGLISH))
_DAY_FIRST = re.compile(rf"(?<![\w.,/:-])(\d{{1,2}})(?:st|nd|rd|th)?[ -]({_ENGLISH_NAMES})\b(?:\.?,?[ -](\d{{4}})\b)?")
_MONTH_FIRST = re.compile(rf"\b({_ENGLISH_NAMES})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b(?![.:/]\d)(?:,? (\d{{4}})\b)?")


def expand_dates(text: str) -> str:
    """Replace every date by words. Input: after `unify_letters`."""
    text = expand_expiry(expand_lunar(text), JALALI, GREGORIAN)
    text = _NUMERIC.sub(_numeric, text)
    text = _YEAR_AND_MONTH.sub(lambda m: apart(m, f"{JALALI[int(m[2]) - 1]} {cardinal(int(m[1]))}"), text)
    text = _DAY_AND_MONTH.sub(_day_and_month, text)
    text = _DAY.sub(lambda m: apart(m, _day(int(m[1]))) if 1 <= int(m[1]) <= _DAYS else m[0], text)
    text = _DAY_FIRST.sub(lambda m: _english(m, m[1], m[2]), text)
    return _MONTH_FIRST.sub(lambda m: _english(m, m[2], m[1]), text)


def _day(number: int) -> str:
    return "اول" if number == 1 else ordinal(number)


def _numeric(match: re.Match[str]) -> str:
    first, mark, second, third = match.group(1, 2, 3, 4)
    said = None
    if len(first) == 4 and len(third) <= 2:
        said = _calendar(int(first), int(second), int(third))
    elif len(third) == 4 and len(first) <= 2:
        year, one, other = int(third), int(first), int(second)
        # In Iran the day comes first; a date is read as American only if it is not valid otherwise.
        said = _calendar(year, other, one) or _calendar(year, one, other)
    elif mark == "/" and (len(first) == len(second) == len(third) == 2 or max(int(first), int(third)) > _DAYS):
        said = _short(first, int(second), third)
    if said is None:
        return match.group()
    return apart(match, f"{said} ساعت " if match["then"] else said)


def _short(first: str, month: int, third: str) -> str | None:
    """`98/12/05`: year first, as in Iranian forms; `25/12/98` if only the last part can be the year."""
    for year, day in ((first, third), (third, first)):
        full = (1400 if int(year) < 30 else 1300) + int(year)
        if len(year) == 2 and _exists(full, month, int(day)):
            # «صفر سه» is not idiomatic: a year of this century is read in full.
            return f"{_day(int(day))} {JALALI[month - 1]} {cardinal(full) if full >= 1400 else group(year)}"
    return None


def _calendar(year: int, month: int, day: int) -> str | None:
    if not _exists(year, month, day):
        return None
    months = JALALI if year in _JALALI_YEARS else GREGORIAN
    return f"{_day(day)} {months[month - 1]} {cardinal(year)}"


def _exists(year: int, month: int, day: int) -> bool:
    if year in _JALALI_YEARS:
        return bool(JalaliDate.check_date(year, month, day))
    try:
        return date(min(year, MAXYEAR), month, day).year in _GREGORIAN_YEARS
    except ValueError:
        return False


def _day_and_month(match: re.Match[str]) -> str:
    one, other = int(match[2]), int(match[3])
    for day, month in ((one, other), (other, one)):
        if _exists(1403, month, day):  # a leap year: the 30th of Esfand may be meant
            return apart(match, f"{match[1]}{_day(day)} {JALALI[month - 1]}")
    return match.group()


def _english(match: re.Match[str], day: str, name: str) -> str:
    if not 1 <= int(day) <= _DAYS:
        return match.group()
    year = f" {cardinal(int(match[3]))}" if match[3] else ""
    return apart(match, f"{_day(int(day))} {GREGORIAN[_ENGLISH.index(name[:3])]}{year}")

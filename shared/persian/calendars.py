"""Dates that need a word next to them: lunar dates («قمری») and months of expiry."""

from __future__ import annotations

import re

from shared.persian.words import apart, cardinal, ordinal

LUNAR = (
    "محرم", "صفر", "ربیع‌الاول", "ربیع‌الثانی", "جمادی‌الاول", "جمادی‌الثانی", "رجب", "شعبان", "رمضان", "شوال",
    "ذی‌القعده", "ذی‌الحجه",
)  # fmt: skip
_LAST_DAY, _LAST_YEAR = 30, 1600
_DATE = r"(?P<first>\d{1,4})(?P<mark>[/.-])(?P<second>\d{1,2})(?:(?P=mark)(?P<third>\d{1,4}))?(?![\d/]|[.-]\d)"
_SAID = r"(?:هجری[ \u200c])?(?:قمری|ه[. \u200c]{0,2}ق(?!\w)|هق(?!\w)|ق(?!\w))"
_LUNAR_BEHIND = re.compile(rf"(?<![\d/.:-]){_DATE}(?= ?\(?{_SAID})")
_LUNAR_BEFORE = re.compile(rf"(?<![^\W\d_])(?P<said>قمری[ :]{{1,3}}){_DATE}")

_EXPIRY = (
    r"(?:(?:تاریخ )?انقضا(?:ء|ی)?(?: [^\W\d_]{1,12}){0,2}|تاریخ مصرف|سررسید|"
    r"(?:EXP|Exp|exp|Expiry|expiry)(?:\.? ?[Dd]ate)?)"
)
_FULL = re.compile(
    rf"(?<!\w)(?P<said>(?:{_EXPIRY}|تاریخ تولید|تولید|MFG|(?:اعتبار|معتبر)(?: تا)?)[.: ]{{1,3}})"
    r"(?:(?P<year>1[34]\d\d|20\d\d)[/.-](?P<month>\d{1,2})|(?P<first>\d{1,2})[/.-](?P<last>1[34]\d\d|20\d\d))"
    r"(?![\d/]|[.-]\d)"
)
_SHORT = re.compile(rf"(?<!\w)(?P<said>{_EXPIRY}[.: ]{{1,3}})(?P<a>\d\d)/(?P<b>\d\d)(?![\d/]|[.-]\d)")
_MONTHS = 12
_GREGORIAN_FROM = 1500
_OLD_YEAR = 80
"""Of two digits: beyond it the last century of the Jalali calendar is meant."""


def expand_lunar(text: str, day: str = "اول") -> str:
    """`1445/09/21 قمری`; other dates are left. The text has passed `unify_letters`."""
    text = _LUNAR_BEHIND.sub(lambda m: _lunar(m, "", day), text)
    return _LUNAR_BEFORE.sub(lambda m: _lunar(m, m["said"], day), text)


def expand_expiry(text: str, jalali: tuple[str, ...], gregorian: tuple[str, ...]) -> str:
    """`انقضا: 2027/03` with the names of the months."""

    def named(match: re.Match[str], year: int, month: int) -> str:
        if not 1 <= month <= _MONTHS:
            return match.group()
        months = jalali if year < _GREGORIAN_FROM else gregorian
        return apart(match, f"{match['said']}{months[month - 1]} {cardinal(year)}")

    def full(match: re.Match[str]) -> str:
        return named(match, int(match["year"] or match["last"]), int(match["month"] or match["first"]))

    def short(match: re.Match[str]) -> str:
        """The order of the parts: Iranian cards have the year first, foreign ones the month."""
        one, other = int(match["a"]), int(match["b"])
        year, month = (other, one) if other > _MONTHS else (one, other)
        century = 1300 if year > _OLD_YEAR else 1400 if year <= _MONTHS else 2000
        return named(match, century + year, month)

    return _SHORT.sub(short, _FULL.sub(full, text))


def _lunar(match: re.Match[str], said: str, first_day: str) -> str:
    first, second, third = match["first"], match["second"], match["third"]
    if third is None:
        year, month = int(first), int(second)
        name = LUNAR[month - 1] if 1 <= month <= _MONTHS and _OLD_YEAR < year <= _LAST_YEAR else None
        return apart(match, f"{said}{name} {cardinal(year)}") if name else match.group()
    year, day = (int(third), int(first)) if len(third) > len(first) else (int(first), int(third))
    month = int(second)
    if not (1 <= day <= _LAST_DAY and 1 <= month <= _MONTHS and 1 <= year <= _LAST_YEAR):
        return match.group()
    number = first_day if day == 1 else ordinal(day)
    return apart(match, f"{said}{number} {LUNAR[month - 1]} {cardinal(year)}")

"""Thousands in groups that no decimal and no version can be, and numbers with an exponent.

Points, spaces, apostrophes and low lines between groups of three; a slash behind thousands is a decimal point.
The digits stay for the later stages.
"""

from __future__ import annotations

import re

from shared.persian.nine import COUNTED
from shared.persian.patterns import any_of

_NAMED = r"(?<!نسخهٔ )(?<!نسخه )(?<!ورژن )(?<!ویرایش )(?<!آی‌پی )(?<!IP )(?<!\bv)(?<!\bV)"
_POINTS = re.compile(
    rf"(?<![\w.,٫٬:/]){_NAMED}[1-9]\d{{0,2}}(?:([.٫])\d{{3}})(?:\1\d{{3}}){{1,4}}(?![.٫]?\d)", re.ASCII
)
_OCTET = 255
_MONEY = r"تومان|تومن|ریال|دلار|یورو|درهم|لیر|پوند"
_MEASURED = rf"(?:{_MONEY}|{any_of(COUNTED)}|دانشجو|بازدید|دنبال‌کننده|کاربر|واحد|خانوار|هکتار|تن|بشکه|قطعه|کتاب)(?!\w)"
# «۱۵۰.۰۰۰ نفر»: people are not counted in thousandths.
_ZEROS = re.compile(
    rf"(?<![\w.,٫٬:/])([1-9]\d{{0,2}})[.٫](000)"
    rf"(?= ?(?:{_MONEY}|نفر|عدد|دستگاه|جلد|مورد|کاربر|بازدید|خانوار|بشکه|قدم|رأی|رای|لایک|ویو|"
    r"فالوور|کلمه|صفحه|دانشجو|دانش‌آموز|بیمار|سهم|تماشاگر|مشترک|کتاب|واحد|بار|تن)(?!\w))",
    re.ASCII,
)
_BLANKS = re.compile(r"(?<![\w.,٫٬:/-])(?<!\d )([1-9]\d{0,2}(?: \d{3}){1,4})(?![\d:/-]|[.,٫٬]\d{3}|[ -]\d)", re.ASCII)
_ZERO_GROUP = re.compile(" 0")
_BEHIND = re.compile(rf" ?{_MEASURED}")
_PRICED = re.compile(rf" ?(?:{_MONEY}|نفر)(?!\w)")  # «اتاق ۱۲ ۵۰۰ متر است»
_MARKS = re.compile(r"(?<![\w.,'’])[1-9]\d{0,2}(?:(['’_])\d{3})(?:\1\d{3}){0,4}(?![\w'’]|[.,]\d{3})", re.ASCII)
# «۱٬۲۰۰/۵»: behind thousands a slash is neither a fraction nor a date.
_DECIMALS = re.compile(
    r"(?<![\w.,٫٬/])(?P<whole>[1-9]\d{0,2}(?:(?P<mark>[,٬،])\d{3})(?:(?P=mark)\d{3}){0,4})/(?P<part>\d{1,3})"
    r"(?![\d/]|[,٬،]\d)(?P<line>(?: ?[-–] ?(?=\d))?)"
)
_SLASH = re.compile(r"(?<=[,٬،]\d{3})/(?=\d{1,3}[,٬،]\d{3})")
_EXPONENT = re.compile(r"(?<![\w.,٫])(\d{1,15}(?:[.٫]\d{1,15})?)[eE]([-−+]?)(\d{1,3})(?![\w]|[.,]\d)", re.ASCII)


def expand_groups(text: str) -> str:
    """Remove the separators of groups. Input: after `unify_letters`, the codes and the telephone numbers."""
    text = _SLASH.sub(" اسلش ", _DECIMALS.sub(_decimals, text))
    text = _ZEROS.sub(r"\1\2", _POINTS.sub(_points, text))
    text = _MARKS.sub(lambda m: re.sub("['’_]", "", m.group()), text)
    text = _BLANKS.sub(_blanks, text)
    return _EXPONENT.sub(_exponent, text)


def _decimals(match: re.Match[str]) -> str:
    line = " تا " if match["line"] else ""
    return f"{re.sub('[,٬،]', '', match['whole'])}.{match['part']}{line}"


def _points(match: re.Match[str]) -> str:
    groups = re.split("[.٫]", match.group())
    if len(groups) == 4 and all(int(part) <= _OCTET and (part == "0" or part[0] != "0") for part in groups):
        return match.group()  # an address of the internet
    return "".join(groups)


def _blanks(match: re.Match[str]) -> str:
    """A group that begins with a zero is not a separate number; otherwise the counted noun after it decides."""
    if (
        _ZERO_GROUP.search(match[1])
        or (match[1].count(" ") > 1 and _BEHIND.match(match.string, match.end()))
        or _PRICED.match(match.string, match.end())
    ):
        return match[1].replace(" ", "")
    return match.group()


def _exponent(match: re.Match[str]) -> str:
    minus = "منفی " if match[2] in {"-", "−"} else ""
    return f"{match[1]} در 10 به توان {minus}{int(match[3])}"

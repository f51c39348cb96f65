"""Replaces arithmetic signs between and before numbers.

The numbers stay for later stages: those of «۱/۲ + ۱/۴» are fractions.
"""

from __future__ import annotations

import re

from shared.persian.words import cardinal

_BLANK = "[ \u200c]{0,3}"
_TIMES = re.compile(rf"(?<=\d){_BLANK}[×xX*✕]{_BLANK}(?=\d)")
SIGNS = {
    "×": " در ", "+": " به علاوهٔ ", "÷": " تقسیم بر ", "=": " مساوی ", "≈": " تقریباً ", "≠": " نامساوی ",
    "<": " کوچک‌تر از ",
    ">": " بزرگ‌تر از ", "≤": " کوچک‌تر یا مساوی ", "≥": " بزرگ‌تر یا مساوی ", "±": " مثبت منفی ", "^": " به توان ",
}  # fmt: skip
_SIGN = re.compile(rf"(?<=[\d)%٪]){_BLANK}([+÷=≈≠<>≤≥±^]){_BLANK}(?=[\d(])")
_BEFORE = re.compile(r"(?<![\w<>=\-]) ?([≈≤≥<>~]) ?(?=\d)")
_MINUS = re.compile(rf"(?<=\d){_BLANK}[−-]{_BLANK}(?=\d{{1,15}}(?:[./]\d{{1,6}})?{_BLANK}(?:=|مساوی))")
_POWER = re.compile(r"(?<=\d)(?:(⁻)([¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹]?)|([²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹]?|¹[⁰¹²³⁴⁵⁶⁷⁸⁹]))(?!\w)")
_MINUS_POWER = re.compile(r"(?<=\d)\^[-−](?=\d)")
_SMALL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_ABOUT = {"≈": "حدود ", "~": "حدود ", "≤": "حداکثر ", "≥": "حداقل ", "<": "کمتر از ", ">": "بیشتر از "}


def expand_arithmetic(text: str) -> str:
    """Replace arithmetic signs by words. Input: after `unify_letters`."""
    text = _MINUS_POWER.sub(" به توان منفی ", _TIMES.sub(" در ", text))
    text = _MINUS.sub(" منهای ", text)
    text = _SIGN.sub(lambda m: SIGNS[m[1]], text)
    text = _BEFORE.sub(lambda m: " " + _ABOUT[m[1]], text)
    return _POWER.sub(lambda m: f" به توان {'منفی ' if m[1] else ''}{power(m[2] or m[3])}", text)


def power(written: str) -> str:
    """The words of small raised digits."""
    return cardinal(int(written.translate(_SMALL)))

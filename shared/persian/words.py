"""Number words as a newsreader says them; the words come from persiantools, which writes them as a bank does.

A bank writes «یک هزار» and «یکصد» so that nobody adds a digit in front; people say «هزار» and «صد».
"""

from __future__ import annotations

import re
from functools import lru_cache

from persiantools.digits import MANTISSA, to_word

LONGEST = 15
"""Digits of the longest number that is read as a whole; persiantools supports numbers below 10**15."""

_MAX_GROUP_DIGITS = 4  # digits; a listener who writes cannot follow longer groups
DIGITS = tuple(str(to_word(n)) for n in range(10))
# A listener follows «سه و چهارده صدم» up to millionths; further decimals are spelled.
_FRACTIONS = tuple(name.replace("یک ", "") for name in MANTISSA[:6])


@lru_cache(maxsize=4096)
def cardinal(number: int) -> str:
    """0 ≤ number < 10**15."""
    words = str(to_word(number)).replace("یکصد", "صد")
    # «بیست و یک هزار» holds the same letters, so the digits decide, not the words.
    return words.replace("یک هزار", "هزار") if number // 1000 % 1000 == 1 else words


@lru_cache(maxsize=1024)
def ordinal(number: int) -> str:
    """«سوم», «بیست و یکم», «سی‌ام»; 0 ≤ number < 10**15."""
    words = cardinal(number)
    if words.endswith("سه"):
        return words[:-2] + "سوم"
    return words + ("\u200cام" if words.endswith("سی") else "م")


def spelled(digits: str) -> str:
    """The number, read digit by digit."""
    return " ".join(DIGITS[int(digit)] for digit in digits)


def amount(digits: str) -> str:
    """An integer in words. With a leading zero or too many digits it is a code, read by digits: 021, a serial."""
    if len(digits) > LONGEST or (len(digits) > 1 and digits[0] == "0"):
        return spelled(digits)
    return cardinal(int(digits))


def group(digits: str) -> str:
    """A few digits of a telephone number: its zeros one by one, the rest as a number. `0912`, `05`, `00`."""
    if len(digits) > _MAX_GROUP_DIGITS:
        return spelled(digits)
    rest = digits.lstrip("0")
    zeros = ["صفر"] * (len(digits) - len(rest))
    return " ".join([*zeros, cardinal(int(rest))] if rest else zeros)


def pairs(digits: str) -> str:
    """Two digits at a time, as people read out a card: `6037` is «شصت سی و هفت»."""
    return " ".join(group(digits[at : at + 2]) for at in range(0, len(digits), 2))


def decimal(whole: str, fraction: str) -> str:
    """A decimal in words, without conversion to float, which would add digits: 0.1 + 0.2."""
    return exact_decimal(whole, fraction.rstrip("0"))


def exact_decimal(whole: str, fraction: str) -> str:
    """With the zeros at its end: «۱۸/۵۰» of a school report is «هجده و پنجاه صدم»."""
    if not fraction.rstrip("0"):
        return amount(whole)
    if len(fraction) > len(_FRACTIONS) or len(whole) > LONGEST:
        return f"{amount(whole)} ممیز {spelled(fraction)}"
    part = f"{cardinal(int(fraction))} {_FRACTIONS[len(fraction) - 1]}"
    return part if int(whole) == 0 else f"{amount(whole)} و {part}"


def apart(match: re.Match[str], said: str) -> str:
    """Replace `match` by `said`, with spaces around it if needed: «سایتgoogle» and «۱۴۰۳/۰۵/۱۲بود» have no space."""
    text, start, end = match.string, match.start(), match.end()
    left = " " if start and text[start - 1].isalnum() else ""
    right = " " if end < len(text) and text[end].isalnum() else ""
    return f"{left}{said}{right}"

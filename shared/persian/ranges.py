"""Reads a dash between two numbers: a score, a range, a formation in football, a subtraction."""

from __future__ import annotations

import re

from shared.persian.scores import is_score

_NUMBER = r"\d{1,15}(?:[,٬]\d{3}){0,4}(?:[.٫]\d{1,6})?"
# The second number is matched by a look-ahead: in 1-2-3 it is the first of the next pair.
_LINE = re.compile(
    rf"(?<![\w.,٬٫/:-])(?P<a>{_NUMBER})(?P<percent>[%٪]?)(?P<line>[-−–—~]| [-−–—~] )(?=(?P<b>{_NUMBER})(?!\d))",
    re.ASCII,
)
_CHAIN = re.compile(r"(?<![\w.,/:-])\d{1,4}(?:-\d{1,4}){2,9}(?![\w-])", re.ASCII)
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2}:\d\d)( ?[-–—] ?)(?=\d{1,2}:\d\d(?![\d:]))", re.ASCII)
_CLOCK_AND_HOUR = re.compile(
    r"(?<![\d:.])(\d{1,2}:\d\d)( ?[-–—] ?)(?=(?:1?\d|2[0-4])(?![\d:.,/-]| ?[-–—] ?\d))", re.ASCII
)
# «۱۴۰۲-۰۳»: «صفر سه» is not idiomatic.
_SHORT_YEAR = re.compile(r"(?<![\w.,٬٫/:-])(1[2-9]\d\d|20\d\d)[-–—](0\d)(?![\w/:-]|[.,]\d)", re.ASCII)
_EQUALS = re.compile(rf"[ ]?=|(?:{_NUMBER}) ?=", re.ASCII)


def expand_ranges(text: str) -> str:
    """Insert «تا» or «بر» between numbers, which stay for later stages. Input: after `unify_letters`."""
    text = _CLOCK_AND_HOUR.sub(r"\1 تا ", _CLOCK.sub(r"\1 تا ", text))
    text = _SHORT_YEAR.sub(_years, text)
    text = _CHAIN.sub(lambda m: m.group().replace("-", " "), text)
    return _LINE.sub(_between, text)


def _years(match: re.Match[str]) -> str:
    year, short = int(match[1]), int(match[2])
    century = year // 100 + (year % 100 == 99)  # 1399-00
    until = century * 100 + short
    return f"{year} تا {until}" if until > year else match.group()


def _between(match: re.Match[str]) -> str:
    text, a, b = match.string, match["a"] + match["percent"], match["b"]
    end = match.end() + len(b)
    if _EQUALS.match(text, end):
        return f"{a} منهای "
    # Without a sport the greater number first is a range typed from right to left.
    return f"{a} بر " if is_score(text, match.start(), end, a, b) else f"{a} تا "

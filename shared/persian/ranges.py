"""What a line between two numbers means: a score, a range, a formation on the field, a subtraction."""

from __future__ import annotations

import re

_NUMBER = r"\d{1,15}(?:[,٬]\d{3}){0,4}(?:[.٫]\d{1,6})?"
# The second number is looked at and not taken: in 1-2-3 it is the first of the next pair.
_LINE = re.compile(
    rf"(?<![\w.,٬٫/:-])(?P<a>{_NUMBER})(?P<percent>[%٪]?)(?P<line>[-−–—~]| [-−–—~] )(?=(?P<b>{_NUMBER})(?!\d))",
    re.ASCII,
)
_CHAIN = re.compile(r"(?<![\w.,/:-])\d{1,4}(?:-\d{1,4}){2,9}(?![\w-])", re.ASCII)
_CLOCK = re.compile(r"(?<![\d:.])(\d{1,2}:\d\d)( ?[-–—] ?)(?=\d{1,2}:\d\d(?![\d:]))", re.ASCII)
# «۲-۱» is a score where people play; elsewhere the greater number first is a range typed from right to left.
_SPORT = re.compile(
    r"(?<!\w)(?:برد(?!\w)|گل(?!\w)|تیم ملی|باخت|شکست|پیروز|مساوی|تساوی|نتیجه|دیدار|بازی|مسابقه|لیگ|مغلوب|پنالتی|فوتبال|"
    r"والیبال|بسکتبال|داربی|شهرآورد)"
)
_AROUND = 70
"""Characters on either side in which the word is looked for: about a line of a newspaper."""
_HIGHEST_SCORE = 199
_COUNTED = re.compile(
    r"\s?(?:[%٪]|نفر|سال|روز|ماه|هفته|ساعت|دقیقه|درصد|هزار|میلیون|بازیکن|تومان|متر|کیلو|عدد|مورد|بار|تیم|بازی|امتیاز|مرداد)"
)
_EQUALS = re.compile(rf"[ ]?=|(?:{_NUMBER}) ?=", re.ASCII)


def expand_ranges(text: str) -> str:
    """Put «تا» or «بر» between numbers, which stay for the later stages. The text has passed `unify_letters`."""
    text = _CLOCK.sub(r"\1 تا ", text)
    text = _CHAIN.sub(lambda m: m.group().replace("-", " "), text)
    return _LINE.sub(_between, text)


def _between(match: re.Match[str]) -> str:
    text, a, b = match.string, match["a"] + match["percent"], match["b"]
    end = match.end() + len(b)
    if _EQUALS.match(text, end):
        return f"{a} منهای "
    if a.isdigit() and b.isdigit() and int(a) <= _HIGHEST_SCORE and int(b) <= _HIGHEST_SCORE:
        around = text[max(0, match.start() - _AROUND) : end + _AROUND]
        if " " not in match["line"] and _SPORT.search(around) and not _COUNTED.match(text, end):
            return f"{a} بر "
    return f"{a} تا "

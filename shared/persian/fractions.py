"""The slash between numbers, and the signs of arithmetic.

Persian writes decimals with a slash too: «۲/۵ درصد» is two and a half. A greater number before the slash, a zero, or a
measure behind it makes a decimal; anything else is a fraction.
"""

from __future__ import annotations

import re

from shared.persian.letters import LETTERS
from shared.persian.words import amount, apart, cardinal, decimal, ordinal

_MEASURED = (
    "درصد|[%٪]|هزار|میلیون|میلیارد|تریلیون|تومان|ریال|دلار|یورو|متر|کیلو|سانتی|میلی|گرم|تن|لیتر|مگا|گیگا|ترا|درجه|برابر|"
    "ریشتر|ساعت|سال|ولت|وات|آمپر|اینچ|هکتار|مرتبه|واحد|امتیاز"
)
_SLASHES = re.compile(
    rf"(?<![A-Za-z0-9_/.,])(?P<minus>(?<![{LETTERS}])[-−])?(?P<run>\d+(?:/\d+)+)(?![/\d])(?P<percent>\s?[%٪])?",
    re.ASCII,
)
_MEASURE = re.compile(rf"[ \u200c]?(?:{_MEASURED})")
_LONGEST = 6  # digits on either side; more is a number of a file
# Their numbers are names, no amounts.
_NAMED = ("پلاک", "شماره", "شمارهٔ", "واحد", "پرونده", "پروندهٔ", "کلاسه", "نامه")
_SMALL_DENOMINATOR = 20
"""Beyond it only the tens are denominators: 12/75 is a decimal."""
_DAY_AND_NIGHT = ("24", "7")

_TIMES = re.compile(r"(?<=\d) ?[×xX*✕] ?(?=\d)")
_SIGNS = {
    "+": " به علاوهٔ ", "÷": " تقسیم بر ", "=": " مساوی ", "≈": " تقریباً ", "≠": " نامساوی ", "<": " کوچک‌تر از ",
    ">": " بزرگ‌تر از ", "≤": " کوچک‌تر یا مساوی ", "≥": " بزرگ‌تر یا مساوی ", "±": " مثبت منفی ", "^": " به توان ",
}  # fmt: skip
_SIGN = re.compile(r"(?<=[\d)%٪]) ?([+÷=≈≠<>≤≥±^]) ?(?=[\d(])")
_BEFORE = re.compile(r"(?<![\w<>=\-]) ?([≈≤≥<>~]) ?(?=\d)")
_MINUS = re.compile(r"(?<=\d) ?[−-] ?(?=\d{1,15}(?:\.\d{1,6})? ?(?:=|مساوی))")
_POWER = re.compile(r"(?<=\d)([²³⁴⁵⁶⁷⁸⁹]|¹[⁰¹²³⁴⁵])(?!\w)")
_SMALL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_ABOUT = {"≈": "حدود ", "~": "حدود ", "≤": "حداکثر ", "≥": "حداقل ", "<": "کمتر از ", ">": "بیشتر از "}


def expand_fractions(text: str) -> str:
    """Fractions become words; around a sign the numbers stay. The text has passed `unify_letters`."""
    text = _SLASHES.sub(_slashes, text)
    text = _TIMES.sub(" در ", text)
    text = _MINUS.sub(" منهای ", text)
    text = _SIGN.sub(lambda m: _SIGNS[m[1]], text)
    text = _BEFORE.sub(lambda m: " " + _ABOUT[m[1]], text)
    return _POWER.sub(lambda m: f" به توان {cardinal(int(m[1].translate(_SMALL)))}", text)


def _slashes(match: re.Match[str]) -> str:
    parts = match["run"].split("/")
    if len(parts[0]) <= 3 and parts[-1] == "000" and all(len(part) == 3 for part in parts[1:]):
        return apart(match, "".join(parts))  # «۶۰/۰۰۰» of a price list
    said = _two(parts[0], parts[1], match) if len(parts) == 2 else " اسلش ".join(amount(part) for part in parts)
    return apart(match, ("منفی " if match["minus"] else "") + said + (" درصد" if match["percent"] else ""))


def _two(above: str, below: str, match: re.Match[str]) -> str:
    if (above, below) == _DAY_AND_NIGHT:
        return f"{amount(above)} {amount(below)}"
    if max(len(above), len(below)) > _LONGEST or match.string.endswith(_NAMED, 0, max(0, match.start() - 1)):
        return f"{amount(above)} اسلش {amount(below)}"
    measured = match["percent"] or _MEASURE.match(match.string, match.end())
    if measured or int(above) >= int(below) or int(above) == 0 or not _denominator(int(below)):
        return decimal(above, below)
    if below[0] == "0":
        return f"{amount(above)} اسلش {amount(below)}"
    return f"{amount(above)} {ordinal(int(below))}"


def _denominator(number: int) -> bool:
    return number <= _SMALL_DENOMINATOR or number % 10 == 0

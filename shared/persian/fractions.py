"""The slash between numbers.

Persian writes decimals with a slash too: «۲/۵ درصد» is two and a half. What the number is said to be decides first (a
mark, a blood pressure, the storage of a telephone); then a greater number before the slash, a zero, or a measure behind
it makes a decimal; anything else is a fraction.
"""

from __future__ import annotations

import re

from shared.persian import ratios
from shared.persian.letters import LETTERS
from shared.persian.words import amount, apart, decimal, exact_decimal, ordinal

_MEASURED = (
    "درصد|[%٪]|هزار|میلیون|میلیارد|تریلیون|تومان|ریال|دلار|یورو|متر|کیلو|سانتی|میلی|گرم|تن(?!\\w)|لیتر|مگا|گیگا|ترا|درجه|"
    "برابر|ریشتر|ساعت|سال|ولت|وات|آمپر|اینچ|هکتار|مرتبه|واحد|امتیاز|بار(?!\\w)|اتمسفر|پاسکال|پی‌اس‌آی"
)
_SLASHES = re.compile(
    rf"(?<![A-Za-z0-9_/.,])(?P<sign>(?<![{LETTERS}A-Za-z+])[-−+])?(?P<run>\d+(?:/\d+)+)(?![/\d])(?P<percent>\s?[%٪])?",
    re.ASCII,
)
_SIGNS = {"-": "منفی ", "−": "منفی ", "+": "مثبت "}
# «۲/۵ تا ۳/۵ درصد»: the unit of the second number also applies to the first.
_MEASURE = re.compile(
    rf"(?:[ \u200c]?(?:تا|الی|به|-|–) ?[0-9]{{1,6}}(?:/[0-9]{{1,6}})?(?![0-9/]))?[ \u200c]?(?:{_MEASURED})"
)
_RANGE = re.compile(
    r"(?<![0-9/.,-])([0-9]{1,6}/[0-9]{1,6})(?:[-–](?=[0-9]{1,6}/[0-9]{1,6}(?![0-9/-]))"
    rf"|(?:[-–]| [-–] )(?=[0-9]{{1,6}}(?:/[0-9]{{1,6}})?[ \u200c]?(?:{_MEASURED})))"
)
# «۱ ۱/۲ پیمانه»: only before units of cooking and carpentry, and not after an hour.
_MIXED = re.compile(
    r"(?<![\d./,:٫٬-])(?<!ساعت )"
    r"(?P<whole>\d{1,3})[ \u200c](?P<above>\d{1,2})/(?P<below>2|3|4|5|6|8|10|16|32)(?![\d/.,]|-\d)",
    re.ASCII,
)
# «۷ونیم», «۷وربع», «۷و۳۰دقیقه».
_AND_A_PART = re.compile(r"(?<=\d)[ \u200c]?و[ \u200c]?(?=(?:نیم|ربع)(?!\w)|نیم\u200c|\d)")
_HALF = re.compile(rf"(?<![\d.,/:٫٬-])(\d{{1,3}})[.٫]5(?={ratios.HALVED})|(?<=ساعت )(\d{{1,2}})[.٫]5(?![\d.:/])")
_MAX_FRACTION_DIGITS = 6  # digits on either side; more is a number of a file
# Numbers after these words are names, not amounts.
_NAMED = ("پلاک", "شماره", "شمارهٔ", "واحد", "پرونده", "پروندهٔ", "کلاسه", "نامه")
_SMALL_DENOMINATOR = 20
"""Beyond it only the tens are denominators: 12/75 is a decimal."""
_MOST_DECIMALS = 2
"""Of a number of three digits and more: 1024/768 is no decimal."""


def expand_fractions(text: str) -> str:
    """Replace fractions and slash decimals by words. Input: after `unify_letters`."""
    text = _AND_A_PART.sub(" و ", _MIXED.sub(_mixed, text))
    text = _HALF.sub(_half, text)
    return _SLASHES.sub(_slashes, _RANGE.sub(r"\1 تا ", text))


def _mixed(match: re.Match[str]) -> str:
    above, below = int(match["above"]), int(match["below"])
    if not 0 < above < below:
        return match.group()
    part = "نیم" if below == 2 else f"{amount(match['above'])} {ordinal(below)}"
    return apart(match, f"{match['whole']} و {part}")


def _half(match: re.Match[str]) -> str:
    whole = match[1] or match[2]
    return apart(match, f"{whole} و نیم" if int(whole) else "نیم")


def _slashes(match: re.Match[str]) -> str:
    parts = match["run"].split("/")
    if len(parts[0]) <= 3 and parts[-1] == "000" and all(len(part) == 3 for part in parts[1:]):
        return apart(match, "".join(parts))  # «۶۰/۰۰۰» of a price list
    said = _two(parts[0], parts[1], match) if len(parts) == 2 else " اسلش ".join(amount(part) for part in parts)
    return apart(match, _SIGNS.get(match["sign"], "") + said + (" درصد" if match["percent"] else ""))


def _two(above: str, below: str, match: re.Match[str]) -> str:
    slashed = f"{amount(above)} اسلش {amount(below)}"
    if max(len(above), len(below)) > _MAX_FRACTION_DIGITS or match.string.endswith(
        _NAMED, 0, max(0, match.start() - 1)
    ):
        return slashed
    measured = match["percent"] is not None or _MEASURE.match(match.string, match.end()) is not None
    said = ratios.read(ratios.Ratio(above, below, match.string, match.start(), match.end()), measured=measured)
    if said is not None:
        return said
    if measured or int(above) == 0:
        return decimal(above, below)
    if int(above) >= int(below) or not _denominator(int(below)):
        return slashed if min(len(above), len(below)) > _MOST_DECIMALS else exact_decimal(above, below)
    return slashed if below[0] == "0" else f"{amount(above)} {ordinal(int(below))}"


def _denominator(number: int) -> bool:
    return number <= _SMALL_DENOMINATOR or number % 10 == 0

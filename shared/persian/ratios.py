"""Two numbers around a slash that are neither a decimal nor a fraction; the words around them show their kind.

«نمره ۱۸/۲۰», «فشار ۱۲/۸», «رم ۸/۱۲۸», «سال ۱۴۰۱/۱۴۰۲», «۵۰/۵۰».
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from shared.persian.words import amount, cardinal, exact_decimal


@dataclass(frozen=True, slots=True)
class Ratio:
    """`above`/`below` from `start` to `end` of `text`."""

    above: str
    below: str
    text: str
    start: int
    end: int

    @property
    def before(self) -> str:
        """A few words of context: it is searched for every slash, so it must be short."""
        return self.text[max(0, self.start - 60) : self.start]


HALVED = r"[ \u200c](?:نفره?|ساعته?|ساله?|ماهه?|هفته|روزه?|بار|دقیقه|ستاره)(?!\w)"
"""What is counted in halves."""
_HALVES = re.compile(
    rf"(?: ?(?:تا|الی|-|–) ?\d{{1,3}}(?:/5)?)?{HALVED}"
    r"|[ ](?:صبح|ظهر|عصر|شب|بعدازظهر|بعد از ظهر|بامداد)(?!\w)|(?: از )(?:5|10)(?![\d/.])"
)
_HOUR = re.compile(r"(?<!\w)(?:ساعت|ساعات)[ :]{1,2}(?:\d{1,2}(?:/\d{1,2})? ?(?:تا|الی|و|-|–) ?)?$")
_MAX_HALVED_DIGITS = 3  # digits
_DAY_AND_NIGHT = ("24", "7")
_EVEN = "50"
_FULL_MARKS = (10, 20, 100)
_WHOLE = (10, 100, 1000)
_SOME_WORDS = r"(?: [^\W\d_]{1,15}ٔ?){0,3}[ :]{1,3}$"
_MARK = re.compile(rf"(?<!\w)(?:نمره|امتیاز)(?:ٔ|‌ی|ها|‌ها|م|ش|ت|‌اش|‌ام|‌ات)?{_SOME_WORDS}")
_PROPORTION = re.compile(r"(?<!\w)نسبت[ :]{1,2}$")
_AVERAGE = re.compile(rf"(?<!\w)(?:معدل|میانگین)(?:م|ش|ت)?{_SOME_WORDS}")

_PRESSURE = re.compile(
    rf"(?<!\w)فشار(?:[ \u200c]خون(?:م|ت|ش|شان|شون)?{_SOME_WORDS}|"
    r"(?:م|ت|ش|شان|شون)?(?: (?:او|من|بیمار|پدرم|مادرم))?[ :]{1,3}$)"
)
_HEART = range(5, 300)  # in centimetres or millimetres of mercury
_STEEPEST = 3
"""Times that the first of a blood pressure can be the second."""

_MEMORIES = ("1", "2", "3", "4", "6", "8", "12", "16", "18", "24", "32", "64")
_STORES, _SMALL_STORES = ("128", "256", "512", "1024"), ("32", "64")
_TERABYTES = ("1", "2", "4")
_GIGS, _TERAS = re.compile("[ \u200c]?گیگ"), re.compile("[ \u200c]?ترا(?:بایت)?(?!\\w)")
_DEVICE = re.compile(
    r"(?<!\w)(?:رم|حافظهٔ?|گوشی|تبلت|موبایل|گلکسی|سامسونگ|شیائومی|ردمی|آیفون|پوکو|RAM|Galaxy|Samsung|Xiaomi|Redmi|Poco|iPhone)"
    r"(?!\w)"
)
_YEARS = range(1200, 2200)
_APART = 100  # years; a longer distance is no pair of seasons


def read(ratio: Ratio, *, measured: bool) -> str | None:
    """The reading; None for an ordinary decimal or fraction. `measured`: a unit follows."""
    for known in (_half, _constant, _storage, _years, _pressure, _mark):
        said = known(ratio, measured)
        if said is not None:
            return said
    return None if measured else _whole(ratio)


def _half(ratio: Ratio, measured: bool) -> str | None:
    """«ساعت ۵/۵», «۱/۵ نفر»: tenths of an hour or of a person are not idiomatic."""
    if ratio.below != "5" or len(ratio.above) > _MAX_HALVED_DIGITS:
        return None
    if not (_HALVES.match(ratio.text, ratio.end) or (not measured and _HOUR.search(ratio.before))):
        return None
    return f"{amount(ratio.above)} و نیم" if int(ratio.above) else "نیم"


def _constant(ratio: Ratio, measured: bool) -> str | None:
    if (ratio.above, ratio.below) == _DAY_AND_NIGHT or (ratio.above == ratio.below == _EVEN and not measured):
        return f"{cardinal(int(ratio.above))} {cardinal(int(ratio.below))}"
    return None


def _storage(ratio: Ratio, measured: bool) -> str | None:
    if ratio.above not in _MEMORIES or _AVERAGE.search(ratio.before):
        return None
    if ratio.below in _TERABYTES:
        store = _TERAS.match(ratio.text, ratio.end) is not None and int(ratio.above) > int(ratio.below)
    elif _GIGS.match(ratio.text, ratio.end):
        store = ratio.below in (*_STORES, *_SMALL_STORES)
    else:
        store = not measured and (
            ratio.below in _STORES or (ratio.below in _SMALL_STORES and _DEVICE.search(ratio.before) is not None)
        )
    return f"{cardinal(int(ratio.above))}، {cardinal(int(ratio.below))}" if store else None


def _years(ratio: Ratio, measured: bool) -> str | None:
    """«۱۳۹۸/۹۹», read like two years around a hyphen."""
    if measured or len(ratio.above) != 4 or int(ratio.above) not in _YEARS:
        return None
    year, other = int(ratio.above), int(ratio.below)
    if len(ratio.below) == 4 and other in _YEARS and year != other and abs(year - other) < _APART:
        return f"{cardinal(year)} تا {cardinal(other)}" if year < other else f"{cardinal(year)}، {cardinal(other)}"
    if len(ratio.below) == 2 and other == (year + 1) % 100:
        return f"{cardinal(year)} تا {cardinal(year + 1 if ratio.below[0] == '0' else other)}"
    return None


def _pressure(ratio: Ratio, measured: bool) -> str | None:
    above, below = int(ratio.above), int(ratio.below)
    if measured or above not in _HEART or below not in _HEART or not below < above <= _STEEPEST * below:
        return None
    return f"{amount(ratio.above)} روی {amount(ratio.below)}" if _PRESSURE.search(ratio.before) else None


def _mark(ratio: Ratio, measured: bool) -> str | None:
    if measured:
        return None
    if _AVERAGE.search(ratio.before):
        return exact_decimal(ratio.above, ratio.below)
    if _PROPORTION.search(ratio.before):
        return f"{amount(ratio.above)} به {amount(ratio.below)}"
    if not _MARK.search(ratio.before):
        return None
    if ratio.above == ratio.below or (int(ratio.below) in _FULL_MARKS and int(ratio.above) <= int(ratio.below)):
        return f"{amount(ratio.above)} از {amount(ratio.below)}"
    return exact_decimal(ratio.above, ratio.below)


def _whole(ratio: Ratio) -> str | None:
    above, below = int(ratio.above), int(ratio.below)
    # A newspaper's «۸/۸» is a decimal.
    if ratio.above == ratio.below and above >= _WHOLE[0]:
        return f"{amount(ratio.above)} از {amount(ratio.below)}"
    # «۱۰۰/۱۰» is no decimal with a zero too many.
    if ratio.below[0] != "0" and below in _WHOLE and above % below == 0 and above:
        return f"{amount(ratio.above)} بر {amount(ratio.below)}"
    return None

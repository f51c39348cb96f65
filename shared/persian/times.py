"""Times of day, and the ratios that look like them."""

from __future__ import annotations

import re

from shared.persian.words import amount, apart, cardinal

_HALVES = {
    "am": " صبح", "pm": " بعدازظهر", "ق.ظ": " قبل از ظهر", "ب.ظ": " بعد از ظهر",
}  # fmt: skip
_ZONE = r"(?:\.\d{1,9})?(?:Z(?!\w)|[+-]\d\d:?\d\d(?![\d:]))"  # of a machine's time, with its fraction of a second
_TIME = re.compile(
    r"(?<![\d:.])(?P<hour>[01]?\d|2[0-4]):(?P<minute>[0-5]\d)(?::(?P<second>[0-5]\d))?"
    rf"(?:{_ZONE}|(?![\d:]|\.\d))"
    r"(?:\s?(?P<half>[aApP]\.?[mM]\b|ق\.ظ|ب\.ظ)\.?)?",
    re.ASCII,
)
# «ساعت ۷/۳۰ تا ۹/۱۵», and behind no «ساعت» where the half of the day says it; what costs millions is a watch.
_SLASHED = re.compile(
    r"(?<!\w)(?P<said>(?:ساعت|ساعات)(?: (?:کاری|اداری|حرکت|شروع|پایان|پخش))?[ :]{1,2})"
    r"(?P<hour>[01]?\d|2[0-4])/(?P<minute>[0-5]\d)(?![\d/.])"
    r"(?! ?(?:هزار|میلیون|میلیارد|تومان|ریال|دلار|درصد))"
    r"(?:(?P<line> ?(?:تا|الی|و|-|–) ?)(?P<until>(?:[01]?\d|2[0-4])/[0-5]\d)(?![\d/.]))?"
)
_SLASHED_HALF = re.compile(
    r"(?<![\w.,/:-])([01]?\d|2[0-4])/([0-5]\d)(?= ?(?:صبح|ظهر|عصر|شب|بعدازظهر|بعد از ظهر|بامداد|ق\.ظ|ب\.ظ)(?!\w))"
)
_HOUR = re.compile(r"(?<![\w:.,])(?P<hour>1[0-2]|[1-9])\s?(?P<half>[aApP]\.?[mM]\b|ق\.ظ|ب\.ظ)\.?", re.ASCII)
_RATIO = re.compile(r"(?<![\d:])\d{1,15}(?::\d{1,15})+(?![\d:])", re.ASCII)


def expand_times(text: str) -> str:
    """«ده و سی دقیقه». The text has passed `unify_letters`."""
    text = _SLASHED_HALF.sub(r"\1:\2", _SLASHED.sub(_slashed, text))
    text = _TIME.sub(_time, text)
    text = _HOUR.sub(lambda m: apart(m, cardinal(int(m["hour"])) + _half(m["half"])), text)
    return _RATIO.sub(lambda m: apart(m, " به ".join(map(amount, m.group().split(":")))), text)


def _slashed(match: re.Match[str]) -> str:
    line = {"-": " تا ", "–": " تا "}.get((match["line"] or "").strip(), match["line"])
    until = f"{line}{match['until'].replace('/', ':')}" if match["until"] else ""
    return f"{match['said']}{match['hour']}:{match['minute']}{until}"


def _time(match: re.Match[str]) -> str:
    said = [cardinal(int(match["hour"]))]
    if int(match["minute"]):
        said.append(f"{cardinal(int(match['minute']))} دقیقه")
    if match["second"] and int(match["second"]):
        said.append(f"{cardinal(int(match['second']))} ثانیه")
    return apart(match, " و ".join(said) + _half(match["half"]))


def _half(written: str | None) -> str:
    if not written:
        return ""
    return _HALVES[written.lower() if written[0] in "قب" else written.lower().replace(".", "")]

"""Numbers become words, as a Persian reader would say them; the words come from persiantools.

Thousands may be separated by `,` `٬` or `،`, decimals by `.` or `٫`. What is no number (an IP, a version) is read in
parts; a number too long to name (16 digits and more, a card's) is read digit by digit, as people do.
"""

from __future__ import annotations

import re

from persiantools.digits import MANTISSA, to_word

_DIGITS = (*(to_word(n) for n in range(10)),)
_LONGEST = 15  # digits; persiantools stops at 10**15
_THOUSANDS = "[,٬،]"
_PERCENT = " درصد"
# One greedy run, read once: a text of 200,000 digits and dots stays linear. The run is taken apart below.
_RUN = re.compile(
    r"(?P<before>[%٪]\s?)?(?P<sign>(?<![\w)])[-−–])?(?P<number>\d(?:[\d,٬،.٫]*\d)?)(?P<after>\s?[%٪](?!\d))?", re.ASCII
)
_GROUPED = re.compile(rf"\d{{1,3}}(?:({_THOUSANDS})\d{{3}})(?:\1\d{{3}})*")
_SEPARATORS = re.compile(f"({_THOUSANDS}|[.٫])")


def expand_numbers(text: str) -> str:
    """Replace every number by its words. The text has passed `unify_letters` and holds no address."""
    return _RUN.sub(_expand_run, text)


def _expand_run(match: re.Match[str]) -> str:
    words = _read(match["number"])
    if match["sign"]:
        words = f"منفی {words}"
    if match["before"] or match["after"]:
        words += _PERCENT
    # A word must not grow together with its neighbour: "۵کیلو", "A4".
    text, start, end = match.string, match.start(), match.end()
    left = " " if start and not text[start - 1].isspace() and text[start - 1] not in "([«\"'" else ""
    right = " " if end < len(text) and text[end].isalnum() else ""
    return f"{left}{words}{right}"


def _read(number: str) -> str:
    whole, point, fraction = _split_decimal(number)
    digits = _without_thousands(whole)
    if digits is not None and fraction.isdigit():
        return _decimal(digits, fraction)
    if digits is not None and not point:
        return _integer(digits)
    return _in_parts(number)


def _split_decimal(number: str) -> tuple[str, str, str]:
    """Whole part, decimal sign, fraction; a second sign means that this is no decimal."""
    whole, point, fraction = number.replace("٫", ".").partition(".")
    return whole, point, fraction


def _without_thousands(whole: str) -> str | None:
    if whole.isdigit():
        return whole
    return re.sub(_THOUSANDS, "", whole) if _GROUPED.fullmatch(whole) else None


def _integer(digits: str) -> str:
    """A leading zero or a great length means a code, not an amount: 021, 0912…, a card number."""
    if len(digits) > _LONGEST or (len(digits) > 1 and digits[0] == "0"):
        return " ".join(_DIGITS[int(digit)] for digit in digits)
    return str(to_word(int(digits)))


def _decimal(whole: str, fraction: str) -> str:
    significant = fraction.rstrip("0")
    if not significant:
        return _integer(whole)
    if len(significant) > len(MANTISSA) or len(whole) > _LONGEST:
        return f"{_integer(whole)} ممیز {' '.join(_DIGITS[int(digit)] for digit in significant)}"
    # Not through float: 0.1 + 0.2 must not be read to its 17th digit.
    part = f"{to_word(int(significant))} {MANTISSA[len(significant) - 1]}"
    return part if int(whole) == 0 else f"{_integer(whole)} و {part}"


def _in_parts(number: str) -> str:
    """`192.168.1.1`, `1,2,3`: every part on its own, the separator as a reader says it."""
    said: list[str] = []
    for part in _SEPARATORS.split(number):
        if part in {".", "٫"}:
            said.append(" نقطه ")
        elif part.isdigit():
            said.append(_integer(part))
        elif part:
            said.append(", ")
    return "".join(said)

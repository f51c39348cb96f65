"""Reads the remaining numbers: integers, decimals, percent, signs, vulgar fractions.

Thousands may be separated by `,` `٬` or `،`, decimals by `.` or `٫`. What is no number (`1,2,3`) is read in parts.
"""

from __future__ import annotations

import re

from shared.persian.words import amount, decimal

VULGAR = {
    "½": "نیم", "⅓": "یک سوم", "⅔": "دو سوم", "¼": "یک چهارم", "¾": "سه چهارم", "⅕": "یک پنجم", "⅖": "دو پنجم",
    "⅗": "سه پنجم", "⅘": "چهار پنجم", "⅙": "یک ششم", "⅚": "پنج ششم", "⅛": "یک هشتم", "⅜": "سه هشتم",
    "⅝": "پنج هشتم", "⅞": "هفت هشتم", "⅐": "یک هفتم", "⅑": "یک نهم", "⅒": "یک دهم",
}  # fmt: skip
CIRCLED = "\u24ea\u24ff\u2460-\u249b\u24eb-\u24fe\u2776-\u2793\u3251-\u325f\u32b1-\u32bf"
"""Ranges of a character class: 1 to 50 in a circle, in brackets, with a full stop; dark and light."""
_THOUSANDS = "[,٬،]"
_SIGNS = {"+": "مثبت ", "±": "مثبت منفی "}
_PARTS = "".join(VULGAR)
# One greedy run, read once: a text of 200,000 digits and dots stays linear. The run is taken apart below.
_RUN = re.compile(
    r"(?P<before>[%٪]\s?)?(?P<sign>(?<![\w)])[-−–+±])?(?P<number>[0-9]+(?:[,٬،.٫][0-9]+)*)"
    rf"(?:\s?(?P<part>[{_PARTS}]))?(?P<after>\s?[%٪‰](?![0-9])|(?P<plus>\+)(?![\w+]))?",
)
_ALONE = re.compile(f"[{_PARTS}]")
_GROUPED = re.compile(rf"\d{{1,3}}(?:({_THOUSANDS})\d{{3}})(?:\1\d{{3}})*")
_SEPARATORS = re.compile(f"({_THOUSANDS}|[.٫])")


def expand_numbers(text: str) -> str:
    """Replace every number by words. Input: after `unify_letters`."""
    return _ALONE.sub(lambda match: f" {VULGAR[match.group()]} ", _RUN.sub(_expand_run, text))


def without_thousands(whole: str) -> str | None:
    """The digits without separators; None if the separators are not at thousands."""
    if whole.isdigit():
        return whole
    return re.sub(_THOUSANDS, "", whole) if _GROUPED.fullmatch(whole) else None


def _expand_run(match: re.Match[str]) -> str:
    words = _read(match["number"])
    if match["sign"]:
        words = _SIGNS.get(match["sign"], "منفی ") + words
    if match["part"]:
        words += f" و {VULGAR[match['part']]}"
    if match["plus"]:
        words += " به بالا"
    elif match["before"] or match["after"]:
        words += " در هزار" if (match["after"] or "").endswith("‰") else " درصد"
    # A word must not grow together with its neighbour: "۵کیلو", "A4".
    text, start, end = match.string, match.start(), match.end()
    left = " " if start and not text[start - 1].isspace() and text[start - 1] not in "([«\"'" else ""
    right = " " if end < len(text) and text[end].isalnum() else ""
    return f"{left}{words}{right}"


def _read(number: str) -> str:
    whole, point, fraction = number.replace("٫", ".").partition(".")
    digits = without_thousands(whole)
    if digits is not None and fraction.isdigit():
        return decimal(digits, fraction)
    if digits is not None and not point:
        return amount(digits)
    return _in_parts(number)


def _in_parts(number: str) -> str:
    """`1,2,3`: every part separately, with the separator read as a word or a pause."""
    said: list[str] = []
    for part in _SEPARATORS.split(number):
        if part in {".", "٫"}:
            said.append(" نقطه ")
        elif part.isdigit():
            said.append(amount(part))
        elif part:
            said.append(", ")
    return "".join(said)

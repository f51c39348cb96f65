"""Versions and IP addresses: every part is read as a number, the dot as «نقطه»."""

from __future__ import annotations

import re

from shared.persian.words import amount, apart

# A look-ahead at the end of the run refuses a longer run as a whole, instead of splitting it.
_CHAIN = re.compile(
    r"(?<![\w.,])(?P<v>[vV]\.?)?(?P<number>\d{1,9}(?:\.\d{1,9}){2,9})(?![.,]?\d|\s?(?:تومان|تومن|ریال|ت(?!\w)))",
    re.ASCII,
)
_V = re.compile(r"(?<!\w)[vV]\.? ?(\d{1,4}(?:\.\d{1,4})?)(?![.,]?\d)", re.ASCII)
_NAMED = re.compile(
    r"(?<!\w)(?P<name>(?:نسخهٔ?|نسخه‌ی|ورژن|ویرایش|نگارش|اندروید|آندروید|پایتون|ویندوز|جاوا|بلوتوث|آی‌او‌اس|"
    r"بخش|بند|شکل|جدول|فصل|تبصره|"
    r"Android|Python|iOS|macOS|Windows|Java|Node|Ubuntu|PHP|Bluetooth|USB|HTTP|TLS|WordPress)[ /]?)"
    r"(?P<number>\d{1,4}\.\d{1,4})(?![.,]?\d)",
)


def expand_versions(text: str) -> str:
    """`2.0.1`, `v2.1`, `پایتون 3.11`: not decimals. Input: after `unify_letters`."""
    text = _CHAIN.sub(lambda m: apart(m, ("نسخهٔ " if m["v"] else "") + _parts(m["number"])), text)
    text = _NAMED.sub(lambda m: apart(m, m["name"].rstrip(" /") + " " + _parts(m["number"])), text)
    return _V.sub(lambda m: apart(m, "نسخهٔ " + _parts(m[1])), text)


def _parts(number: str) -> str:
    return " نقطه ".join(amount(part) for part in number.split("."))

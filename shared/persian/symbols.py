"""Replaces symbols by words: roots, Greek letters, numbers in circles, the remaining signs of money and mathematics."""

from __future__ import annotations

import re
import unicodedata

from shared.persian.arithmetic import SIGNS, power
from shared.persian.letters import LETTERS
from shared.persian.money import CURRENCIES
from shared.persian.numbers import CIRCLED
from shared.persian.patterns import any_of
from shared.persian.words import cardinal

_GREEK = dict(
    zip(
        "αβγδεζηθικλμνξπρστυφχψωΑΒΓΔΕΖΗΘΙΚΛΜΝΞΠΡΣΤΥΦΧΨΩ",
        [
            "آلفا",
            "بتا",
            "گاما",
            "دلتا",
            "اپسیلون",
            "زتا",
            "اتا",
            "تتا",
            "یوتا",
            "کاپا",
            "لامبدا",
            "مو",
            "نو",
            "کسی",
            "پی",
            "رو",
            "سیگما",
            "تاو",
            "اپسیلون",
            "فی",
            "خی",
            "پسی",
            "امگا",
        ]
        * 2,
        strict=True,
    )
) | {"µ": "میکرو", "ϕ": "فی", "ϑ": "تتا", "∆": "دلتا", "Ω": "امگا"}
_WORDS = {
    "√": "رادیکال", "∛": "ریشهٔ سوم", "∜": "ریشهٔ چهارم", "∞": "بی‌نهایت", "∑": "مجموع", "∏": "حاصل‌ضرب",
    "∫": "انتگرال", "∂": "مشتق", "∇": "نابلا", "∈": "عضو", "∪": "اجتماع", "∩": "اشتراک", "⊂": "زیرمجموعهٔ",
    "∅": "تهی", "∀": "به ازای هر", "∃": "وجود دارد", "∴": "بنابراین", "∵": "زیرا", "∝": "متناسب با", "∠": "زاویهٔ",
    "⊥": "عمود بر", "∥": "موازی با", "≡": "هم‌ارز با", "§": "بخش", "¶": "بند", "©": "کپی‌رایت", "№": "شمارهٔ",
    "→": "،", "⇒": "،", "⟶": "،", "➔": "،", "➜": "،", "←": "،", "⇐": "،",
}  # fmt: skip
_ARROW = re.compile(r"(?<=[^\s,]) (?:-{1,2}|={1,2})> ")
_SIGN = re.compile(f"[{''.join(_WORDS)}]")
_LETTER = re.compile(f"(?<![\u0370-\u03ff])[{''.join(_GREEK)}](?![\u0370-\u03ff])")
_CIRCLED = re.compile(f"[{CIRCLED}]")
_ITEM = re.compile(rf"(?:^|(?<=\n))([ \t]{{0,8}}[{CIRCLED}])[ \t]{{0,3}}(?=[{LETTERS}«A-Za-z])")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SQUARE_METRES = re.compile(r"(?<![A-Za-z\d])(km|cm|mm|m)([²³])(?![\w/])")
_LENGTHS = {"km": "کیلومتر", "cm": "سانتی‌متر", "mm": "میلی‌متر", "m": "متر"}
_POWER = re.compile(rf"(?<=[A-Za-z)π])[ ]?(⁻)?([{_RAISED}]{{1,3}})(?![{_RAISED}])")
# After a Persian word a superscript number is a footnote mark, which a later stage drops.
_ALONE = re.compile(rf"(?<![\w{LETTERS}»\"”{_RAISED}.,،؛!؟)])([{_RAISED}]{{1,3}})(?![\w{_RAISED}])")
_LOWERED = "₀₁₂₃₄₅₆₇₈₉"
_BASE = re.compile(rf"(?<=\d)[{_LOWERED}]{{1,3}}")
_INDEX = re.compile(f"[{_LOWERED}]{{1,6}}")
_DOWN = str.maketrans(_LOWERED, "0123456789")
_CURRENCY = re.compile(rf"(?<![^\s(«])({any_of(CURRENCIES)})(?![^\s)».,،؛:!؟])")
_PERCENT = re.compile(r"(?<![\d%٪½¼¾])(?<!\d )[%٪](?![ ]?[\d%٪])")
_AND = re.compile(rf"(?<=[{LETTERS}]) ?& ?(?=[{LETTERS}])")
_BETWEEN = {
    **SIGNS, "*": SIGNS["×"], "<": " کوچک‌تر از ", ">": " بزرگ‌تر از ",
}  # fmt: skip
_NEIGHBOUR = f"[{LETTERS}\u0654A-Za-z0-9]"
_BINARY = re.compile(rf"(?<={_NEIGHBOUR})(?: ([+=×÷≈≠≤≥±<>]) |([=×÷≈≠≤≥±]))(?={_NEIGHBOUR}|[√∛π∞{''.join(_GREEK)}])")


def expand_indices(text: str) -> str:
    """`CO₂`, `H₂O`, `x₁`: digits of the line, before units and Latin words are read."""
    return _INDEX.sub(lambda m: m.group().translate(_DOWN), _BASE.sub(_base, text))


def expand_symbols(text: str) -> str:
    """Replace symbols by words. Input: after `unify_letters`, before the remaining numbers."""
    text = _SQUARE_METRES.sub(lambda m: f"{_LENGTHS[m[1]]} {'مربع' if m[2] == '²' else 'مکعب'}", text)
    text = _ARROW.sub("، ", text)
    text = _POWER.sub(lambda m: f" به توان {'منفی ' if m[1] else ''}{power(m[2])} ", text)
    text = _ALONE.sub(lambda m: f" {power(m[1])} ", text)
    text = _CIRCLED.sub(_circled, _ITEM.sub(r"\1، ", text))
    text = _CURRENCY.sub(lambda m: CURRENCIES[m[1]], _PERCENT.sub(" درصد ", text))
    text = _BINARY.sub(lambda m: _BETWEEN[m[1] or m[2]], _AND.sub(" و ", text))
    text = _LETTER.sub(lambda m: f" {_GREEK[m.group()]} ", text)
    return _SIGN.sub(lambda m: f" {_WORDS[m.group()]} ", text)


def _base(match: re.Match[str]) -> str:
    return f" در مبنای {match.group().translate(_DOWN)}"


def _circled(match: re.Match[str]) -> str:
    return f" {cardinal(int(unicodedata.numeric(match.group())))} "

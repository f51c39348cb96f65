"""«نه» is nine or no; espeak-ng always reads «na». Next to number words, or before a counted noun, it is nine."""

from __future__ import annotations

import re

from shared.persian.words import cardinal


def _listed(*lines: str) -> frozenset[str]:
    return frozenset(word for line in lines for word in line.split())


_SCALES = "هزار میلیون میلیارد تریلیون"
NUMBERS = _listed(_SCALES) | {cardinal(n) for n in (*range(20), *range(20, 100, 10), *range(100, 1000, 100))}
COUNTED = _listed(
    _SCALES,
    "دهم صدم هزارم درصد ممیز نفر تا عدد بار مورد دستگاه جلد تومان ریال دلار یورو",
    "سال ماه هفته روز ساعت دقیقه ثانیه صبح شب",
    "متر سانتی‌متر کیلومتر گرم کیلو کیلوگرم لیتر درجهٔ درجه",
)
_NINE = "ن\u064fه"  # with the vowel sign that espeak-ng reads
_WORD = re.compile(r"\S+")


def tell_nine(text: str) -> str:
    """A clause without marks, with the vowel sign on every «نه» that is a number."""
    if "نه" not in text:
        return text
    words = [match.group() for match in _WORD.finditer(text)]
    places = iter(range(len(words)))

    def spoken(match: re.Match[str]) -> str:
        place = next(places)
        return _NINE if match.group() == "نه" and _is_nine(words, place) else match.group()

    return _WORD.sub(spoken, text)


def _is_nine(words: list[str], place: int) -> bool:
    before, after = words[max(0, place - 2) : place], words[place + 1 : place + 3]
    if before and (before[-1] in NUMBERS or (len(before) == 2 and before[-1] == "و" and before[0] in NUMBERS)):
        return True
    # «نه یک نفر» is no; «نه یک دو …» is a code.
    return bool(after) and (after[0] in COUNTED or (len(after) == 2 and set(after) <= NUMBERS))

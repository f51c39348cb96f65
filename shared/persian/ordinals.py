"""Ordinals, Persian (`۲۱ام`, `۵م`, `۳مین`) and English (`21st`), and the Roman numerals of kings and centuries."""

from __future__ import annotations

import re

from shared.persian.words import ordinal

_PERSIAN = re.compile(
    r"(?<![\w.,/:-])(\d{1,9})(?:[ \u200c]?(?P<long>امین|ام)|[\u200c-]?(?P<short>مین|م)| (?P<apart>مین))(?![\w\u200c])"
)
_ENGLISH = re.compile(r"(?<![\w.,/:-])(\d{1,6})(?:st|nd|rd|th)(?!\w)", re.IGNORECASE)
_KINGS = (
    "لویی|لوئی|هانری|هنری|شارل|چارلز|کارل|جورج|جرج|ادوارد|ویلیام|ویلهلم|ژان پل|ژان‌پل|بندیکت|پیوس|لئو|گریگوری|کلمنت|"
    "اینوسنت|نیکلای|نیکولای|الکساندر|اسکندر|فیلیپ|فردریک|فریدریش|ناپلئون|الیزابت|کاترین|گوستاو|کریستیان|رامسس|"
    "خوان کارلوس|ریچارد|جیمز|فرانسوا|یوزف|لئوپولد|محمد|عباس|داریوش|کوروش|اردشیر|شاپور|خسرو|یزدگرد|بهرام|مراد|سلیم"
)
_AGES = "قرن|سدهٔ?|جنگ جهانی|فصل|جلد|بخش|پردهٔ?|دورهٔ?|المپیاد|مرحلهٔ?|تیپ|درجهٔ?|فاز|کنگرهٔ?|گروه|بند"
_LATIN_KINGS = (
    "Louis|Henry|Henri|Charles|George|Edward|William|Wilhelm|Pius|Leo|Gregory|Benedict|John Paul|Nicholas|Alexander|"
    "Philip|Frederick|Napoleon|Elizabeth|Catherine|Richard|James|Francis|Darius|Xerxes|Ramesses|Innocent|Clement"
)
_ROMAN = re.compile(
    rf"(?<!\w)(?P<name>(?:{_KINGS}|{_AGES}|{_LATIN_KINGS})(?:ی|‌ی)?) (?P<number>[IVXLC]{{1,9}})(?:م|‌م|ام)?(?![\w'])"
)
_WELL_FORMED = re.compile(r"(?:C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3})")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}


def expand_ordinals(text: str) -> str:
    """Replace ordinals by words. Input: after `unify_letters`, which removes the vowel signs of «۳‌اُم»."""
    text = _PERSIAN.sub(
        lambda m: ordinal(int(m[1])) + ("ین" if (m["long"] or m["short"] or m["apart"]).endswith("ین") else ""), text
    )
    return _ENGLISH.sub(lambda m: ordinal(int(m[1])), text)


def expand_roman(text: str) -> str:
    """Only after a name that takes such a number: elsewhere `I`, `V`, `C` and `X` are letters."""
    return _ROMAN.sub(_roman, text)


def _roman(match: re.Match[str]) -> str:
    if not _WELL_FORMED.fullmatch(match["number"]):
        return match.group()
    return f"{match['name']} {ordinal(roman(match['number']))}"


def roman(numeral: str) -> int:
    """The value of a well-formed numeral of I, V, X, L and C."""
    total = 0
    for mark, following in zip(numeral, [*numeral[1:], None], strict=True):
        value = _VALUES[mark]
        total += -value if following and _VALUES[following] > value else value
    return total

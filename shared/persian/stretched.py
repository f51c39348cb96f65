"""Shortens repeated letters («سلااااام») and keeps the double letters of words («ببببخشید», «کجایییی»).

No Persian word has a letter three times in a row, but many have one twice: those in a table, the imperatives of verbs
in ب, and ی after a long vowel.
"""

from __future__ import annotations

import re

from shared.persian.letters import LETTERS
from shared.persian.verbs import follows_mi

_WORD = re.compile(f"[{LETTERS}]{{3,}}")
_MAX_WORD_LETTERS = 80  # letters; a longer run of letters is not a word, and its repetitions are cut independently
_RUN = re.compile(r"(.)\1{2,}")
_TWICE = re.compile(r"(.)\1+")
_EACH = re.compile(r"(.)\1*")
_TWO_ALEFS = re.compile("ا{2,}")
# «ناامید», «بااهمیت»: words have two alefs only where a prefix meets a stem. «باازار» is a market.
_PREFIX = re.compile(f"(?<![{LETTERS}])(?:ن|ب|بل|ل|ج|پ|کم)$")
_STEMS = (
    "مید من هل همیت رزش حساس راده خلاص خلاق یمان قتدار ستعداد نضباط فتاد ستقامت نصاف نگیز ستفاده حتیاط دب ثر قل بالی "
    "صل ستوار طمینان صالت نرژی ستثنا شکال نقطاع عتبار عتماد عتقاد ین"
)
_STEM = re.compile("|".join(_STEMS.split()))
_LONGEST_PREFIX = 3  # letters, with the one before it
_DOUBLE = """
الله ممنون ممنونم ممنونیم ممنونتم ممکن ممکنه ممنوع ممنوعه مملکت ممتاز ممیز محقق محققان تحقق عدد عددی مدد مجدد مجدداً
متعدد مردد تعدد تردد تمدد مقرر مکرر مکرراً محرر ضرر شرر قصص علل ملل خلل سبب مسبب مدلل تسلل تجسس مؤسس متخصص تخصص مخفف تفنن
سنن متمم مصمم ققنوس داوود طاووس کاووس سیاووش ننه تتمه تتلو ددی دستت دوستت ببین ببر ببند ببخش ببوس ببار بباز بباف
"""
_SHORT = frozenset({"وای", "آی", "ای", "های", "بای", "لای", "پای", "جای", "رای", "نای", "مای"})
# After و, ی is doubled only if a word that ends in و takes an ending.
_WAW = ("جو", "گو", "شو", "خو", "سو", "بو", "رو", "نیکو", "بانو", "عمو", "دارو", "ترسو", "اردو")


def shorten(text: str) -> str:
    """Shorten runs of a letter. Input: after `unify_letters`. A word of one repeated letter (laughter) keeps two."""
    return _TWO_ALEFS.sub(_alefs, _WORD.sub(lambda m: _word(m.group()), text) if _RUN.search(text) else text)


def _alefs(match: re.Match[str]) -> str:
    text, start = match.string, match.start()
    met = len(match.group()) == 2 and _PREFIX.search(text[max(0, start - _LONGEST_PREFIX) : start])
    return "اا" if met and _STEM.match(text, match.end()) else "ا"


def _word(word: str) -> str:
    if not _RUN.search(word):
        return word
    if len(set(word)) == 1:
        return word[0] * 2
    if len(word) > _MAX_WORD_LETTERS:
        return _RUN.sub(r"\1", word)
    lengths = _lengths(word)
    known = _KNOWN.get(_TWICE.sub(r"\1", word), ())
    for candidate in known:
        if all(own <= held and (held != 2 or own == 2) for own, held in zip(_lengths(candidate), lengths, strict=True)):
            return candidate
    return _RUN.sub(_held, word)


def _lengths(word: str) -> list[int]:
    """Of its runs of one letter."""
    return [match.end() - match.start() for match in _EACH.finditer(word)]


def _held(match: re.Match[str]) -> str:
    letter, word = match[1], match.string
    rest = _RUN.sub(r"\1", word[match.end() :])
    before = _RUN.sub(r"\1", word[: match.start()])
    if letter == "ب" and not before and follows_mi("ب" + rest):
        return "بب"  # «ببین», «ببخشید»
    if letter == "ی" and not rest:
        single = before + letter
        if (before.endswith("ا") and single not in _SHORT) or before.endswith(_WAW):
            return "یی"
    return letter


def _known() -> dict[str, list[str]]:
    known: dict[str, list[str]] = {}
    for word in _DOUBLE.split():
        known.setdefault(_TWICE.sub(r"\1", word), []).append(word)
    return known


_KNOWN = _known()

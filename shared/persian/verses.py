"""Where a verse stands: «بقره ۲:۲۵۵», «(بقره: ۲۵۵)». A time of day has no sura's name with its own number before it."""

from __future__ import annotations

import re

from shared.persian.patterns import any_of

_TABLE = """
فاتحه|بقره|آل عمران|نساء|مائده|انعام|اعراف|انفال|توبه|یونس|هود|یوسف|رعد|ابراهیم|حجر|نحل|اسراء|کهف|مریم|طه|انبیاء
حج|مؤمنون|نور|فرقان|شعراء|نمل|قصص|عنکبوت|روم|لقمان|سجده|احزاب|سبأ|فاطر|یس|صافات|ص|زمر|غافر|فصلت|شوری|زخرف|دخان
جاثیه|احقاف|محمد|فتح|حجرات|ق|ذاریات|طور|نجم|قمر|الرحمن|واقعه|حدید|مجادله|حشر|ممتحنه|صف|جمعه|منافقون|تغابن|طلاق
تحریم|ملک|قلم|حاقه|معارج|نوح|جن|مزمل|مدثر|قیامت|انسان|مرسلات|نبأ|نازعات|عبس|تکویر|انفطار|مطففین|انشقاق|بروج|طارق
اعلی|غاشیه|فجر|بلد|شمس|لیل|ضحی|شرح|تین|علق|قدر|بینه|زلزال|عادیات|قارعه|تکاثر|عصر|همزه|فیل|قریش|ماعون|کوثر|کافرون
نصر|مسد|اخلاص|فلق|ناس
"""
_SURAS = _TABLE.strip().replace("\n", "|").split("|")
_NUMBERS = {name: number for number, name in enumerate(_SURAS, 1)} | {
    "حمد": 1, "آل‌عمران": 3, "نسا": 4, "انبیا": 21, "شعرا": 26, "سبا": 34, "یاسین": 36, "مومنون": 23, "رحمان": 55,
    "قیامه": 75, "نبا": 78, "توحید": 112, "زلزله": 99, "بنی اسرائیل": 17, "مؤمن": 40, "دهر": 76,
}  # fmt: skip
_MAX_VERSES = 286
_BOOKS = ("متی", "مرقس", "لوقا", "یوحنا", "پیدایش", "خروج", "لاویان", "مزامیر", "اشعیا", "رومیان", "قرنتیان", "مکاشفه")
# The name of the book or of a part of it, before the number of the sura: «قرآن ۲:۲۵۵», «آیهٔ ۲:۲۵۵».
_WHOLE = ("قرآن", "قرآن کریم", "آیه", "آیهٔ", "آیات")
_VERSES = r"(?P<verse>\d{1,3})(?:[-–](?P<last>\d{1,3}))?(?![\d/.]|[-–:]\d)"
_NUMBERED = re.compile(
    rf"(?<![\w\u200c])(?P<name>{any_of([*_NUMBERS, *_BOOKS, *_WHOLE])})(?:[،,] | )(?P<chapter>\d{{1,3}}):{_VERSES}"
)
# Without the number of the sura the brackets say that a source is named.
_BRACKETED = re.compile(rf"(?<=[(\[«])(?P<name>{any_of(_NUMBERS)})(?: ?: ?|/|، ?|, ?){_VERSES}(?=[)\]»])")


def expand_verses(text: str) -> str:
    """Replace references to verses; the numbers stay for later stages. Input: after `unify_letters`."""
    return _BRACKETED.sub(_bracketed, _NUMBERED.sub(_numbered, text))


def _numbered(match: re.Match[str]) -> str:
    name, chapter = match["name"], int(match["chapter"])
    if name in _BOOKS:
        return f"{name}، باب {chapter}، {_verses(match)}"
    if name in _WHOLE:
        place = f"سورهٔ {chapter}، {_verses(match)}"
        return (f"{name}، {place}" if name.startswith("قرآن") else place) if chapter <= len(_SURAS) else match.group()
    if _NUMBERS[name] != chapter or int(match["verse"]) > _MAX_VERSES:
        return match.group()
    return f"{name}، سورهٔ {chapter}، {_verses(match)}"


def _bracketed(match: re.Match[str]) -> str:
    return f"{match['name']}، {_verses(match)}" if int(match["verse"]) <= _MAX_VERSES else match.group()


def _verses(match: re.Match[str]) -> str:
    return f"آیات {match['verse']} تا {match['last']}" if match["last"] else f"آیهٔ {match['verse']}"

"""Expands abbreviations in two steps: those recognized by digits or brackets around them, before numbers become words;
and those recognized by their own letters, after the marks are unified, so that the stage is idempotent.
"""

from __future__ import annotations

import re

from shared.persian.codes import name_codes
from shared.persian.letters import LETTERS
from shared.persian.patterns import any_of


def _any(table: dict[str, str]) -> str:
    """A dot inside may be followed by a space."""
    return any_of(table).replace(r"\.", r"\. ?")


_HONORIFICS = {
    "ص": "صلی الله علیه و آله", "ع": "علیه السلام", "س": "سلام الله علیها", "ره": "رحمت الله علیه",
    "عج": "عجل الله تعالی فرجه", "رض": "رضی الله عنه",
}  # fmt: skip
_ANSWERS = ("گزینه", "گزینهٔ", "حرف", "بند", "پاسخ", "سؤال", "قسمت")  # of a test: «گزینهٔ (ص)»
_BRACKETED = re.compile(rf" ?\(({_any(_HONORIFICS)})\.?\)")
_BEFORE = {
    "صص": "صفحات", "ص": "صفحهٔ", "ج": "جلد", "ش": "شمارهٔ", "پ": "پلاک", "ط": "طبقهٔ", "چ": "چاپ", "ن.ک": "نگاه کنید به",
    "ر.ک": "رجوع کنید به",
}  # fmt: skip
# Only before a number: «ص» would be a letter anywhere else.
_REFERENCE = re.compile(rf"(?<![\w.\u200c])({_any(_BEFORE)})(?:\. ?| |)(?=\d)")
# The number of a list item: «۱- مقدمه», «2) مقدمه». It is read with a pause, not as the end of a sentence.
_ITEM = re.compile(
    rf"^([^\S\n]{{0,8}}\(?\d{{1,3}}) ?(?:-|–|\)|[.)-] )[^\S\n]{{0,3}}(?=[{LETTERS}«A-Za-z])"
    r"(?!(?:درصد|درجه|کیلوگرم|کیلو)(?!\w))",
    re.MULTILINE,
)
_HASH = re.compile(r"(?<![\w&#])[#№] ?(?=\d)")
_ERAS = {
    "م": "میلادی", "ش": "شمسی", "ق": "قمری", "ه ش": "هجری شمسی", "ه ق": "هجری قمری", "ق م": "قبل از میلاد",
    "ه\u200cش": "هجری شمسی", "ه\u200cق": "هجری قمری", "هش": "هجری شمسی", "هق": "هجری قمری",
}  # fmt: skip
# «۴۵۰ م» of a car is millions: without its dot a letter needs a whole year before it.
_ERA = re.compile(rf"(?<![\d/.,])(\d{{3,4}}) ?({_any(_ERAS)})(\.?)(?! ?م(?!\w))(?![\w\u200c.])")

_OWN = {
    "ق.م": "قبل از میلاد", "پ.م": "پیش از میلاد", "ب.م": "بعد از میلاد", "ه.ش": "هجری شمسی", "ه.ق": "هجری قمری",
    "ه.خ": "هجری خورشیدی", "ق.ظ": "قبل از ظهر", "ب.ظ": "بعد از ظهر", "ک.م": "کیلومتر", "س.م": "سانتی‌متر",
    "م.م": "میلی‌متر", "ج.ا.ا": "جمهوری اسلامی ایران", "ج.ا": "جمهوری اسلامی", "ر.ک": "رجوع کنید به",
    "ن.ک": "نگاه کنید به", "ق.چ": "قاشق چای‌خوری", "ق.غ": "قاشق غذاخوری", "م.ت": "میلیون تومان", "ه.ت": "هزار تومان",
}  # fmt: skip
_DOTTED = re.compile(rf"(?<![{LETTERS}\u200c])({_any(_OWN)})(?![{LETTERS}\u200c])(\.?)")
_TITLES = {"د": "دکتر", "خ": "خیابان"}
# An initial is read as its letter's name, because a voice speaks it better than a letter without a vowel.
_INITIALS = {
    "ا": "الف", "ج": "جیم", "س": "سین", "ش": "شین", "ص": "صاد", "ع": "عین", "غ": "غین", "ق": "قاف", "ک": "کاف",
    "گ": "گاف", "ل": "لام", "م": "میم", "ن": "نون",
}  # fmt: skip
# Three and more letters that no table has are spelt; «ق.م.و» ends with a word.
_SPELT = re.compile(rf"(?<![{LETTERS}\u200c.])(?:[{LETTERS}]\.){{2,5}}(?!و)[{LETTERS}](?!\.?[{LETTERS}\u200c])")
# The whole run is matched and checked once, so the time is linear.
_LETTERS = re.compile(rf"(?<!\S)(?:(?:[{LETTERS.replace('و', '')}]|الف)\. ?)+")
_WORD = re.compile(f"[{LETTERS}]{{2}}")


def expand_references(text: str) -> str:
    """`ص. 12`, `#5`, `(ع)`, `2024 م.`; the numbers stay. The text has passed `unify_letters`."""
    text = name_codes(text)
    text = _SPELT.sub(_spelt, _BRACKETED.sub(_honorific, text))
    text = _REFERENCE.sub(lambda m: f"{_BEFORE[m[1].replace(' ', '')]} ", text)
    text = _HASH.sub("شمارهٔ ", _ITEM.sub(r"\1، ", text))
    return _ERA.sub(_era, text)


def expand_abbreviations(text: str) -> str:
    """`ق.م.`, `د. احمدی`, `م. آزاد`. The text has passed `unify_marks`."""
    text = _DOTTED.sub(lambda m: _OWN[m[1].replace(" ", "")] + (_last_dot(m, m[2]) or _gap(m)), text)
    return _LETTERS.sub(_initials, text)


def _honorific(match: re.Match[str]) -> str:
    if match.string.endswith(_ANSWERS, 0, match.start()):
        return match.group()
    return f" {_HONORIFICS[match[1]]}{_gap(match)}"


def _spelt(match: re.Match[str]) -> str:
    """Expand before the dots get spaces: later the abbreviation looks like several sentences."""
    if match.group() in _OWN:
        return match.group()
    names = " ".join(_INITIALS.get(letter, letter) for letter in match.group().split("."))
    return f"{names}{_gap(match)}"


def _era(match: re.Match[str]) -> str:
    year, era, dot = match.groups()
    if len(year) < 4 and len(era) == 1 and not dot:
        return match.group()
    return f"{year} {_ERAS[era]}{_last_dot(match, dot)}"


def _initials(match: re.Match[str]) -> str:
    """Only before a word: elsewhere the dot ends a sentence, and the letter names an answer or a class."""
    text, start, end = match.string, match.start(), match.end()
    if not _WORD.match(text, end) or text.endswith(_ANSWERS, 0, max(0, start - 1)):
        return match.group()
    letters = match.group().replace(" ", "").split(".")[:-1]
    # One letter alone may be the name of an answer; two are a person's.
    if len(letters) == 1 and letters[0] not in _TITLES and letters[0] not in _INITIALS:
        return match.group()
    return "".join(f"{_TITLES.get(letter) or _INITIALS.get(letter, letter)} " for letter in letters)


def _last_dot(match: re.Match[str], dot: str) -> str:
    """A dot that ends the text or the line ends the sentence too; before more words it belongs to the abbreviation."""
    text, end = match.string, match.end()
    return dot if end == len(text) or text[end] in '\n»"”' else ""


def _gap(match: re.Match[str]) -> str:
    """Separate the reading from a word that follows without a space."""
    text, end = match.string, match.end()
    return " " if end < len(text) and text[end].isalnum() else ""

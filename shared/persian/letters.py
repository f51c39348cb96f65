"""Unifies the variants of Persian letters and digits to one code point each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

LETTERS = "ءآأؤئابتثجحخدذرزسشصضطظعغفقلمنهوپچژکگی"
TANWIN = "ً"
HAMZA_ABOVE = "ٔ"
ZWNJ = "\u200c"
DAMMATAN, KASRATAN = "\u064c", "\u064d"
FATHA, DAMMA, KASRA, SHADDA, SUKUN, SUPERSCRIPT_ALEF = "\u064e", "\u064f", "\u0650", "\u0651", "\u0652", "\u0670"
SIGNS = DAMMATAN + KASRATAN + FATHA + DAMMA + KASRA + SHADDA + SUKUN + SUPERSCRIPT_ALEF
"""The vowel signs, in the order of their combining classes. Tanwin is none: it stays in the normalized text."""

_TO_PERSIAN = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ے": "ی",
    "ك": "ک", "ڪ": "ک",
    "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه",
    "ۀ": "ه" + HAMZA_ABOVE, "ۂ": "ه" + HAMZA_ABOVE,
    "إ": "ا", "ٱ": "ا",
    "ۆ": "و", "ڤ": "ف", "ڵ": "ل", "ڕ": "ر",
    "\u200d": "", "\u00ad": "", "\ufeff": "",
    "\u00ac": ZWNJ,  # how some old word processors stored it
    "\u00a0": " ", "\u202f": " ", "\u3000": " ", "\u200b": " ", "\u2028": "\n", "\u2029": "\n\n",
    "\u2007": " ", "\u2009": " ",
    # The lines and slashes of other keyboards and of PDF files.
    "\u2010": "-", "\u2011": "-", "\ufe63": "-", "\uff0d": "-", "\u2012": "–",
    "\u2015": "—", "\u2044": "/", "\u2215": "/",
    "％": "%", "﹪": "%", "＋": "+", "＝": "=",
}  # fmt: skip
_BIDI_MARKS = [*range(0x200E, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
# Vowel signs are left out of ordinary writing and espeak-ng misreads them (مُحَمَّد). Tanwin stays: it is spoken.
_DIACRITICS = [*range(0x064C, 0x0653), 0x0656, 0x0657, 0x0658, 0x0670, *range(0x06D6, 0x06DD)]
TABLE = (
    str.maketrans(_TO_PERSIAN)
    | dict.fromkeys(_BIDI_MARKS + _DIACRITICS)
    | {0x06F0 + n: str(n) for n in range(10)}
    | {0x0660 + n: str(n) for n in range(10)}
    | {0xFF10 + n: str(n) for n in range(10)}
)
# Arabic forms of PDF files; wide, bold and squared Latin letters, digits and units.
_PRESENTATION_FORMS = re.compile(
    "[\ufb50-\ufdff\ufe70-\ufefc\uff21-\uff3a\uff41-\uff5a\u3380-\u33df\U0001d400-\U0001d7ff]+"
)
# A hamza above any letter but ه is a typing error without a composed letter.
_STRAY_HAMZA = re.compile(f"(?<!ه){HAMZA_ABOVE}")
# After a number, or alone between spaces, a kashida is a dash; elsewhere it only stretches a word.
_TATWEEL_DASH = re.compile(r"(?:(?<=\d)|(?<=[%٪]))ـ+|(?<=\d )ـ+(?= \d)|(?:(?<=\s)|^)ـ+(?=\s\S)", re.MULTILINE)
_TATWEEL = re.compile("ـ+")
# «خانهء» of a keyboard without ۀ; no other word has ه before ء.
HAMZA_BEHIND = re.compile(f"(?<=[{LETTERS}]ه)[{ZWNJ} ]?ء(?![{LETTERS}])")
_STRAY_TANWIN = re.compile(f"(?<![{LETTERS}]){TANWIN}+")
_GAP = re.compile(f"[{ZWNJ} ]{{2,}}")
# Composing sorts the marks on a letter by insertion, quadratic in their number (CPython's unicodedata.c): 200,000 marks
# on one letter would take minutes. No word has 200 characters.
_PIECE = re.compile(r"\S{1,200}|\s+")
_HAS_LETTER = re.compile(f"[{LETTERS}]")


def unify_letters(text: str) -> str:
    """NFC, then Arabic, Kurdish and presentation forms to Persian letters, digits of both sets to 0–9."""
    text = compose(text).translate(TABLE)
    for pattern, replacement in REPAIRS:
        text = pattern.sub(replacement, text)
    return text


def compose(text: str) -> str:
    """NFC, and NFKC of the presentation forms."""
    text = _PIECE.sub(lambda m: unicodedata.normalize("NFC", m.group()), text)
    return _PRESENTATION_FORMS.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text)


def _one_gap(match: re.Match[str]) -> str:
    """Remove joiners next to spaces, and repeated joiners."""
    gap = match.group()
    if ZWNJ not in gap:
        return gap
    return " " if " " in gap else ZWNJ


# The steps after `TABLE`. `shared.persian.signed_letters` runs them too.
REPAIRS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_TATWEEL_DASH, "-"),
    (_TATWEEL, ""),
    (HAMZA_BEHIND, HAMZA_ABOVE),
    (_STRAY_HAMZA, ""),
    (_STRAY_TANWIN, ""),
    (_GAP, _one_gap),
)


def has_letter(text: str) -> bool:
    """Whether the text has a Persian letter. Input: after `unify_letters`."""
    return _HAS_LETTER.search(text) is not None

"""Latin words and letters in Persian script, so that a voice without Latin letters can say them.

A word of the table, else capitals letter by letter, else by the sound of its letters.
"""

from __future__ import annotations

import re
import string
import unicodedata
from functools import lru_cache

from shared.persian.latin_words import WORDS
from shared.persian.letters import ZWNJ
from shared.persian.transliteration import transliterate
from shared.persian.words import apart

_NAMES = "ای بی سی دی ئی اف جی اچ آی جی کی ال ام ان او پی کیو آر اس تی یو وی دابلیو ایکس وای زد"
LETTER_NAMES = dict(zip(string.ascii_uppercase, _NAMES.split(), strict=True))
_MAX_ACRONYM_LETTERS = 6
_MAX_LATIN_LETTERS = 64  # a longer run is not a word and is read in pieces
_RUN = re.compile(r"(?:[A-Za-z\u00c0-\u024f]|(?<=[A-Za-z])['’](?=[A-Za-z])){1,64}")
_DOTTED = re.compile(r"(?<![A-Za-z.])(?:[A-Za-z]\.){2,8}(?![A-Za-z])")
_AND = re.compile(r"(?<=[A-Za-z]) ?& ?(?=[A-Za-z])")
_TAIL = re.compile(r"(?<=[A-Za-z])(?:\+\+|#)(?![A-Za-z])|(?<=\b[A-D])\+(?![\w+])")
_TAILS = {"++": " پلاس پلاس", "+": " پلاس", "#": " شارپ"}
# Letters without a decomposition in Unicode.
_LIGATURES = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "đ": "d", "æ": "ae", "Æ": "AE", "œ": "oe", "ı": "i"}
)
_WIFI = re.compile(r"\bwi-fi\b", re.IGNORECASE)
_TITLE = re.compile(r"\b(Dr|Mrs?|Ms|Prof|vs|etc)\.(?=\s)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
_VOWELS = frozenset("aeiouyAEIOU")  # Y is one in small letters only: gym, but XYZ


def expand_latin(text: str) -> str:
    """Transliterate every Latin letter. Input: after the numbers."""
    text = _TITLE.sub(r"\1", _WIFI.sub("wifi", text))
    text = _AND.sub(" اند ", _TAIL.sub(lambda m: _TAILS[m.group()], text))
    return _RUN.sub(_run, _DOTTED.sub(_initials, text))


@lru_cache(maxsize=4096)  # the keys are bounded: by `_RUN` and by the spans of addresses
def say(word: str) -> str:
    """One Latin word, of letters and apostrophes, in Persian script."""
    if len(word) == 2 and word.isascii() and word.isupper() and word != "OK":
        return spell(word)  # CO and AI, not co and ai
    known = WORDS.get(word.lower().replace("’", "'"))
    if known:
        return known
    plain = "".join(c for c in unicodedata.normalize("NFKD", word.translate(_LIGATURES)) if c.isascii() and c.isalpha())
    known = WORDS.get(plain.lower())
    if known or not plain:
        return known or ""
    if len(plain) == 1 or (plain.isupper() and len(plain) <= _MAX_ACRONYM_LETTERS) or not _VOWELS & set(plain):
        return spell(plain)
    humps = _HUMP.split(plain)
    if len(humps) > 1:
        return " ".join(say(hump) for hump in humps)
    return " ".join(
        transliterate(plain[at : at + _MAX_LATIN_LETTERS].lower()) for at in range(0, len(plain), _MAX_LATIN_LETTERS)
    )


def spell(letters: str) -> str:
    """«بی‌بی‌سی»; a long row of consonants becomes several words."""
    names = [LETTER_NAMES[letter] for letter in letters.upper()]
    size = _MAX_ACRONYM_LETTERS
    return " ".join(ZWNJ.join(names[at : at + size]) for at in range(0, len(names), size))


def _run(match: re.Match[str]) -> str:
    return apart(match, say(match.group()))


def _initials(match: re.Match[str]) -> str:
    """`U.S.A.`: the last dot stays where it may end the sentence."""
    text, end = match.string, match.end()
    dot = "." if end == len(text) or text[end] == "\n" else ""
    return spell(match.group().replace(".", "")) + dot

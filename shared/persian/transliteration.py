"""Latin letters to Persian ones by sound: a guess for names that no table has. Longer groups come first.

Short vowels are not written in Persian, so an e or an o between consonants would vanish; `o` is kept as «و», because a
name without vowels cannot be said at all.
"""

from __future__ import annotations

import re

from shared.persian.patterns import any_of

_START = {
    "a": "آ", "e": "ا", "i": "ای", "o": "او", "u": "یو", "y": "ی", "st": "است", "sp": "اسپ", "sk": "اسک", "sc": "اسک",
    "sm": "اسم", "sn": "اسن", "sl": "اسل", "sw": "اسو", "kn": "ن", "wr": "ر", "ps": "س", "x": "ز", "ea": "ای",
    "ee": "ای", "ai": "ای", "au": "او", "ou": "او", "ae": "ای", "sch": "ش", "ei": "ای", "eu": "یو", "oo": "او",
}  # fmt: skip
_END = {
    "e": "", "es": "ز", "que": "ک", "ce": "س", "ge": "ج", "le": "ل", "y": "ی", "ie": "ی", "ey": "ی", "ay": "ی",
    "ow": "و", "tion": "شن", "sion": "ژن", "ture": "چر", "ed": "د", "o": "و", "a": "ا", "ah": "ا", "gue": "گ",
}  # fmt: skip
_GROUPS = {
    "sch": "ش", "tch": "چ", "igh": "ای", "sh": "ش", "ch": "چ", "kh": "خ", "gh": "ق", "zh": "ژ", "ph": "ف", "th": "ت",
    "ck": "ک", "wh": "و", "qu": "کو", "oo": "و", "ee": "ی", "ea": "ی", "ou": "او", "ow": "او", "ai": "ی", "ay": "ی",
    "ei": "ی", "ey": "ی", "au": "و", "aw": "و", "oa": "و", "oi": "وی", "oy": "وی", "ue": "و", "eu": "یو", "ew": "یو",
    "ie": "ی", "ia": "یا", "io": "یو", "ce": "س", "ci": "سی", "cy": "سی", "dge": "ج", "ng": "نگ", "a": "ا", "b": "ب",
    "c": "ک", "d": "د", "e": "", "f": "ف", "g": "گ", "h": "ه", "i": "ی", "j": "ج", "k": "ک", "l": "ل", "m": "م",
    "n": "ن", "o": "و", "p": "پ", "q": "ک", "r": "ر", "s": "س", "t": "ت", "u": "و", "v": "و", "w": "و", "x": "کس",
    "y": "ی", "z": "ز",
}  # fmt: skip
_HELD = re.compile(r"(ا)\1+|(.)\2{2,}")  # no Persian word has a letter three times in a row, nor ا twice
_DOUBLED = re.compile(r"([b-df-hj-np-tv-z])\1+")
_PIECE = re.compile(rf"^(?P<start>{any_of(_START)})|(?P<end>(?:{any_of(_END)}))$|(?P<group>{any_of(_GROUPS)})")


def transliterate(word: str) -> str:
    """Transliterate `word`, of a–z. Never empty: a word of silent letters only is read as its first letter."""
    word = _DOUBLED.sub(r"\1", word)
    return _HELD.sub(lambda m: m[1] or m[2], _PIECE.sub(_piece, word)) or "ا"


def _piece(match: re.Match[str]) -> str:
    if match["start"]:
        return _START[match["start"]]
    if match["end"]:
        return _END[match["end"]]
    return _GROUPS[match["group"]]

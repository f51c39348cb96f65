"""Counts characters, and says which belong to Persian writing."""

from __future__ import annotations

import unicodedata
from collections import Counter

from shared.persian.letters import HAMZA_ABOVE, LETTERS, ZWNJ, unify_letters
from shared.preview.models import CharacterCount, CharacterKind

_MOST = 200
# Vowel signs, tanwin, shadda, sukun, the hamza above and the small alef; kashida and half-space.
_SIGNS = frozenset("\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670ـ" + HAMZA_ABOVE + ZWNJ)
_DIGITS = frozenset("۰۱۲۳۴۵۶۷۸۹0123456789")
_KINDS: tuple[tuple[CharacterKind, frozenset[str]], ...] = (
    ("letter", frozenset(LETTERS + "ۀإ")),
    ("sign", _SIGNS),
    ("digit", _DIGITS),
    ("space", frozenset(" \t\r\n")),
)
_PERSIAN = frozenset({"letter", "sign", "digit", "space", "punctuation"})


def kind_of(character: str) -> CharacterKind:
    """`variant`: a form that the front-end replaces by a Persian letter or digit, such as “ي” and “ك”."""
    for kind, characters in _KINDS:
        if character in characters:
            return kind
    if (unified := unify_letters(character)) and all(c in LETTERS or c in _SIGNS or c in _DIGITS for c in unified):
        return "variant"
    category = unicodedata.category(character)
    if category[0] in "PS":
        return "punctuation"
    return "latin" if "LATIN" in unicodedata.name(character, "") else "other"


def most_frequent(counts: Counter[str]) -> tuple[CharacterCount, ...]:
    return tuple(_described(character, count) for character, count in counts.most_common(_MOST))


def _described(character: str, count: int) -> CharacterCount:
    kind = kind_of(character)
    return CharacterCount(
        character=character, code=f"U+{ord(character):04X}", count=count, kind=kind, persian=kind in _PERSIAN
    )

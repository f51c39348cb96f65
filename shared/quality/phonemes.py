"""Splits the front-end's IPA into phonemes and compares two sequences of them.

espeak-ng writes a phoneme with one to three symbols: `tʃ`, `eː`, `q1`. An error rate over symbols would count a missing
`tʃ` twice.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_AFFRICATES = frozenset({("t", "ʃ"), ("d", "ʒ")})
_LENGTH = "ː"
_STRESS = frozenset("ˈˌ")
_TIES = frozenset("\u0361\u035c")
_CATEGORIES_OF_MODIFIERS = frozenset({"Mn", "Lm"})
LONGEST_PHONEME = 8
"""Symbols; further modifiers, of a lexicon with a slip, are left out."""


def split_phonemes(ipa: str) -> tuple[str, ...]:
    """The phonemes of an IPA text, without punctuation, spaces, stress and digits (`q1` is `q`).

    Length and other modifiers belong to the symbol before them. `tʃ` and `dʒ` are one phoneme within a word.
    """
    units: list[str] = []
    joined = False  # whether the next symbol continues the word of the last one
    for symbol in unicodedata.normalize("NFD", ipa):
        if symbol in _STRESS or symbol in _TIES:
            continue
        if symbol.isdigit():
            continue
        if unicodedata.category(symbol) in _CATEGORIES_OF_MODIFIERS:
            if units and joined and len(units[-1]) < LONGEST_PHONEME:
                units[-1] += symbol
        elif not symbol.isalpha():
            joined = False
        elif joined and (units[-1], symbol) in _AFFRICATES:
            units[-1] += symbol
        else:
            units.append(symbol)
            joined = True
    return tuple(units)


def error_rate(reference: Sequence[str], hypothesis: Sequence[str]) -> float:
    """Levenshtein distance / length of the reference; more than 1 if the hypothesis is longer.

    Of an empty reference: 0 for an empty hypothesis, else 1.
    """
    if not reference:
        return 1.0 if hypothesis else 0.0
    return edit_distance(reference, hypothesis) / len(reference)


def edit_distance(reference: Sequence[str], hypothesis: Sequence[str]) -> int:
    """The fewest insertions, deletions and substitutions that change one sequence into the other (Levenshtein)."""
    previous = list(range(len(hypothesis) + 1))
    for row, expected in enumerate(reference, start=1):
        current = [row]
        for column, found in enumerate(hypothesis, start=1):
            current.append(
                min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (expected != found))
            )
        previous = current
    return previous[-1]

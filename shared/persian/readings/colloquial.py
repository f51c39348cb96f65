"""The spoken «است» at the end of a word: «قشنگه» is qašang-e, where espeak-ng reads an h."""

from __future__ import annotations

from shared.persian.readings.ezafe import ezafe_model

_SHORTEST_STEM = 3  # letters


def stem_of_copula(word: str, ipa: str) -> str | None:
    """The word without its copula ه, or None if it has none: the word itself is known, or its stem is no adjective.

    `ipa`: espeak-ng's, which ends in h where the ه is not part of a word that it knows.
    """
    stem = word[:-1]
    if not word.endswith("ه") or not ipa.endswith("h") or len(stem) < _SHORTEST_STEM:
        return None
    classes = ezafe_model().classes
    known = classes.get(stem)
    return stem if known is not None and known.kind in "AD" and word not in classes else None

"""What espeak-ng is given to speak a sentence as it is read."""

from __future__ import annotations

from collections.abc import Sequence

from shared.persian.espeak import spell_phonemes
from shared.persian.readings.spoken import SpokenWord
from shared.persian.vowel_signs import bare


def espeak_input(words: Sequence[SpokenWord]) -> str:
    """The text for `Espeak.speak`: letters where espeak-ng reads them so, phonemes elsewhere."""
    return "".join(map(_written, words)).strip()


def _written(word: SpokenWord) -> str:
    if word.source is None:
        return word.ipa
    own = word.source == "espeak" and word.ezafe_source in (None, "espeak")
    return f" {(None if own else spell_phonemes(word.ipa)) or bare(word.text)}"

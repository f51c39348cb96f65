"""Writes the vowel signs that tell a word's reading: «کشتی» read as košti is «کُشتی»."""

from __future__ import annotations

from functools import lru_cache
from itertools import product

from shared.persian.letters import DAMMA, FATHA, KASRA, SUKUN
from shared.persian.readings.segments import Sound, same_sounds, split_ipa
from shared.persian.readings.step import CONSONANTS
from shared.persian.readings.vowelled import read_signs

_SIGNS = {"a": FATHA, "e": KASRA, "o": DAMMA}
_MAX_SIGNS = 3  # a word that needs more is shown without signs
_MAX_PLACES = 8  # letters that may get a sign: at most 92 spellings are tried


@lru_cache(maxsize=4096)
def with_signs(word: str, ipa: str, default: str, known: tuple[str, ...] = ()) -> str | None:
    """The word with the fewest vowel signs that are read as `ipa`, or None if no signs are.

    `word`: without signs; `default`: espeak-ng's IPA of it; `known`: other readings, as for `read_signs`.
    """
    wanted = split_ipa(ipa)
    places = _short_vowels(word, wanted)
    choices = sorted(product((False, True), repeat=len(places)), key=sum)
    for chosen in choices:
        if not any(chosen) or sum(chosen) > _MAX_SIGNS:
            continue
        marks = {place: sign for (place, sign), used in zip(places, chosen, strict=True) if used}
        candidate = "".join(letter + marks.get(place, "") for place, letter in enumerate(word))
        if same_sounds(split_ipa(read_signs(candidate, default, known).ipa or default), wanted):
            return candidate
    return None


def _short_vowels(word: str, sounds: tuple[Sound, ...]) -> list[tuple[int, str]]:
    """The places of letters that a short vowel or a consonant follows in the reading, each with its sign.

    The sign of the last letter would be that of an ezafe.
    """
    places: list[tuple[int, str]] = []
    at = 0
    for place, letter in enumerate(word[:-1]):
        symbol = CONSONANTS.get(letter)
        if letter == "ا" and place == 0 and at < len(sounds) and sounds[at].symbol in _SIGNS:
            places.append((place, _SIGNS[sounds[at].symbol]))
            at += 1
        if symbol is None or at >= len(sounds):
            continue
        found = next((index for index in range(at, min(at + 3, len(sounds))) if sounds[index].symbol == symbol), None)
        if found is None:
            continue
        at = found + 1
        while at < len(sounds) and sounds[at].symbol == symbol:  # doubled
            at += 1
        if at < len(sounds) and (sign := _SIGNS.get(sounds[at].symbol)):
            places.append((place, sign))
            at += 1
        elif at < len(sounds) and not sounds[at].is_vowel:
            places.append((place, SUKUN))
    return places[:_MAX_PLACES]

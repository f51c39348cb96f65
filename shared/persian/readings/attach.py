"""Joins an ezafe to the IPA of a word, and shows it in writing."""

from __future__ import annotations

import re

from shared.persian.letters import HAMZA_ABOVE, KASRA

_SILENT = re.compile("[ˈˌːˑ]")
_SAID = re.compile("[ˈˌ]*e[ˈˌːˑ]*$")
_VOWELS = "aeiouɑɒæɛɪʊ"
_LONG_VOWELS = "ɑɒuoieɛɪʊ"
_CONSONANTS = "بپتثجچحخدذرزژسشصضطظغفقکگلمن"


def with_ezafe(ipa: str, word: str) -> str:
    """The IPA with the ezafe: e after a consonant, je after a vowel, e after ع and ء that espeak-ng leaves out.

    Unchanged if it is there already: see `says_ezafe`.
    """
    if says_ezafe(ipa, word):
        return ipa
    plain = _SILENT.sub("", ipa)
    return f"{ipa}je" if plain[-1:] in _LONG_VOWELS and word[-1:] not in "عء" else f"{ipa}e"


def says_ezafe(ipa: str, word: str) -> bool:
    """Whether espeak-ng's IPA of a word ends with an ezafe: «برای», «خانهٔ», and «توسط», which it knows with one."""
    plain = _SILENT.sub("", ipa)
    if word.endswith("ی"):
        return plain.endswith("je") and plain[-3:-2] in _VOWELS
    if word.endswith(HAMZA_ABOVE):
        return plain.endswith("je")
    return plain.endswith("e") and word[-1:] in _CONSONANTS


def without_ezafe(ipa: str) -> str:
    """The IPA of `says_ezafe` without its ezafe: «می‌خوای» is mixɑj."""
    return _SAID.sub("", ipa)


def signed_with_ezafe(word: str, ipa: str) -> str:
    """The word with the sign of its ezafe, «کتابِ», «خانهٔ»; read again, it has one. `ipa`: without the ezafe."""
    if word.endswith((KASRA, HAMZA_ABOVE)):
        return word
    silent_he = word.endswith("ه") and _SILENT.sub("", ipa)[-1:] in _VOWELS
    return word + (HAMZA_ABOVE if silent_he else KASRA)

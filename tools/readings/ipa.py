"""Between HomoRich's letters (`A` as in «آب», `S`, `C`, `Z`, `j`, `q`, `y`) and the IPA of espeak-ng's voice `fa`."""

from __future__ import annotations

import re
import unicodedata

_IPA = {
    "A": "ɑ", "S": "ʃ", "C": "tʃ", "Z": "ʒ", "j": "dʒ", "q": "q1", "y": "j", "g": "ɡ",
}  # fmt: skip
_LETTERS = (
    ("tʃ", "C"),
    ("dʒ", "J"),
    ("ʃ", "S"),
    ("ʒ", "Z"),
    ("q1", "q"),
    ("j", "y"),
    ("ɡ", "g"),
    ("ɑ", "A"),
    ("J", "j"),
)
_VOWELS = "aAeiou"
# Arabic participles of form II, «مفصل» mofassal: their second consonant is double, which HomoRich does not write.
_FORM_II = re.compile(rf"(mo[^{_VOWELS}]?a)([^{_VOWELS}])([ae][^{_VOWELS}]?)")
_DOUBLED = {"soni": "sonni", "jedan": "jeddan"}
_LAST_SYLLABLE = re.compile(rf"[{_VOWELS}][^{_VOWELS}]*$")
_AYN = "ع"


def letters_of(ipa: str) -> str:
    """HomoRich's letters of an IPA word: without stress, length, glottal stops and double consonants."""
    plain = "".join(c for c in unicodedata.normalize("NFD", ipa) if c not in "ˈˌːʔ" and not unicodedata.combining(c))
    for symbols, letter in _LETTERS:
        plain = plain.replace(symbols, letter)
    return re.sub(r"iy(?=[aAeou])", "i", re.sub(r"(.)\1", r"\1", plain))


def ipa_of(word: str, reading: str) -> str:
    """IPA of a reading, in espeak-ng's style: stress on the last syllable, `eː` for a final ه, `ʔ` for ع.

    espeak-ng writes no `ʔ` for a ع at the start of a word.
    """
    spelled = _doubled(word, reading)
    stressed = _LAST_SYLLABLE.search(spelled)
    start = stressed.start() if stressed else -1
    spoken = [("ˈ" if place == start else "") + _IPA.get(letter, letter) for place, letter in enumerate(spelled)]
    if spelled.endswith("e") and word.endswith("ه"):
        spoken[-1] += "ː"
    elif re.search(rf"u[^{_VOWELS}]?$", spelled):
        spoken[spelled.rindex("u")] += "ː"
    glottal = _ayn(word, spelled)
    if glottal is not None:
        spoken.insert(glottal, "ʔ")
    return "".join(spoken)


def _doubled(word: str, reading: str) -> str:
    participle = _FORM_II.fullmatch(reading) if word.startswith("م") and len(word) == len("مفصل") else None
    if participle:
        return f"{participle[1]}{participle[2] * 2}{participle[3]}"
    return _DOUBLED.get(reading, reading)


def _ayn(word: str, spelled: str) -> int | None:
    """The place of the glottal stop in the reading: it follows a vowel, except in «قطعه»."""
    if _AYN not in word[1:]:
        return None
    before = sum(letter not in "اآوی" + _AYN for letter in word[: word.index(_AYN, 1)])
    seen = 0
    for place, letter in enumerate(spelled):
        if seen == before and letter in _VOWELS:
            return place + (0 if word.endswith(_AYN + "ه") else 1)
        seen += letter not in _VOWELS and spelled[place - 1 : place] != letter
    return None

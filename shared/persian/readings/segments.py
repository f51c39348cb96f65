"""The phonemes of espeak-ng's voice `fa`, one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

LANGUAGE_SWITCH = re.compile(r"\([a-z][a-z-]{1,15}\)")
"""espeak-ng announces a change of language inside a text, as in (en)həlˈəʊ(fa)."""
# espeak-ng writes ق and غ as q1.
_SEGMENT = re.compile(r"([ˈˌ]?)(tʃ|dʒ|q1|[^\sˈˌː])(ː?)")
_SAME = {"ɒ": "ɑ", "æ": "a", "χ": "x"}  # other versions of espeak-ng, and lexicons
_SHORT, _VOWELS = frozenset("aeo"), frozenset("aeoɑiu")


@dataclass(frozen=True, slots=True)
class Sound:
    """A consonant or a vowel, with the marks of its length and stress."""

    symbol: str
    length: str = ""
    stress: str = ""

    @property
    def is_short(self) -> bool:
        return self.symbol in _SHORT

    @property
    def is_vowel(self) -> bool:
        return self.symbol in _VOWELS


Sounds = tuple[Sound, ...]


def split_ipa(ipa: str) -> Sounds:
    """The segments of a word, with the symbols that espeak-ng 1.52 has for them."""
    return tuple(Sound(_SAME.get(m[2], m[2]), m[3], m[1]) for m in _SEGMENT.finditer(LANGUAGE_SWITCH.sub("", ipa)))


def join_ipa(segments: Iterable[Sound]) -> str:
    return "".join(s.stress + s.symbol + s.length for s in segments)


def same_sounds(some: Iterable[Sound], others: Iterable[Sound]) -> bool:
    """Whether they differ at most in length and stress, which no sign of the script writes."""
    return [s.symbol for s in some] == [s.symbol for s in others]


def stress_anew(segments: Sounds) -> Sounds:
    """The stress on the last vowel but one, where espeak-ng has it in most words of `fa`."""
    vowels = [index for index, segment in enumerate(segments) if segment.is_vowel]
    stressed = vowels[-2:][0] if vowels else -1
    return tuple(replace(s, stress="ˈ" if index == stressed else "") for index, s in enumerate(segments))

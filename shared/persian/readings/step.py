"""A step of a reading: some segments are taken and others are given for them.

Costs are relative: to change a vowel by a sign is cheaper than to lose or invent a consonant, so that the letters stay
next to their own sounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from shared.persian.readings.segments import Sound, Sounds

CONSONANTS = {
    "ب": "b", "پ": "p", "ت": "t", "ط": "t", "ث": "s", "س": "s", "ص": "s", "ج": "dʒ", "چ": "tʃ", "ح": "h", "ه": "h",
    "خ": "x", "د": "d", "ذ": "z", "ز": "z", "ض": "z", "ظ": "z", "ر": "r", "ژ": "ʒ", "ش": "ʃ", "غ": "q1", "ق": "q1",
    "ف": "f", "ک": "k", "گ": "ɡ", "ل": "l", "م": "m", "ن": "n", "و": "v", "ی": "j",
    "ع": "ʔ", "ء": "ʔ", "أ": "ʔ", "ؤ": "ʔ", "ئ": "ʔ",
}  # fmt: skip

# A long vowel that no letter writes; a letter with another vowel than usual; a letter doubled, or another consonant.
LONGER, ODD, DOUBLED = 1, 2, 3
# A vowel changed; a vowel added or a letter without a sound; a consonant left out; a consonant added.
VOWEL, ADDED, SILENT, CONSONANT = 4, 5, 6, 7


@dataclass(frozen=True, slots=True)
class LetterStep:
    """`pending`: the vowel sign of a letter that the next one, ا و or ی, writes out: «خُوب» is xub."""

    taken: int
    given: Sounds
    cost: int
    pending: str = ""


def read_vowel(required: str | None, rest: Sounds) -> Iterator[LetterStep]:
    """The vowel behind a consonant: of its sign, "" for none, or None for the one that the reading has."""
    there = bool(rest) and rest[0].is_vowel
    if required is None or not required:
        yield LetterStep(0, (), 0)
        if there and required is None:
            yield LetterStep(1, rest[:1], 0 if rest[0].is_short else LONGER)
        elif there and rest[0].is_short:
            yield LetterStep(1, (), VOWEL)
        return
    symbol, coda = required[0], tuple(Sound(c) for c in required[1:])
    kept = bool(coda) and len(rest) > 1 and rest[1].symbol == "n"
    if there:
        same = rest[0].symbol == symbol
        new = rest[0] if same else Sound(symbol, stress=rest[0].stress)
        cost = 0 if same else VOWEL if rest[0].is_short else SILENT
        yield LetterStep(2 if kept else 1, (new, *(rest[1:2] if kept else coda)), cost)
    yield LetterStep(0, (Sound(symbol), *coda), ADDED)


def read_long(symbol: str, length: str, rest: Sounds) -> Iterator[LetterStep]:
    """This long vowel, whatever the reading has here."""
    if rest and rest[0].is_vowel:
        same = rest[0].symbol == symbol
        yield LetterStep(1, (rest[0] if same else Sound(symbol, length, rest[0].stress),), 0 if same else VOWEL)
    yield LetterStep(0, (Sound(symbol, length),), ADDED)


def next_two(rest: Sounds) -> list[str]:
    """The symbols of the next two segments."""
    return [segment.symbol for segment in rest[:2]]

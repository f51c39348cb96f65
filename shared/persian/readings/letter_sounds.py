"""What one letter may stand for at a place of a reading, and what it becomes there by its signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from shared.persian.letters import HAMZA_ABOVE
from shared.persian.readings.matres import TOGETHER, read_mater
from shared.persian.readings.segments import Sound, Sounds
from shared.persian.readings.signed_word import Letter, has_vowel
from shared.persian.readings.step import (
    CONSONANT,
    CONSONANTS,
    DOUBLED,
    LONGER,
    ODD,
    SILENT,
    LetterStep,
    next_two,
    read_long,
    read_vowel,
)

_WEAK = frozenset("اعءأؤئ")
"""Letters that are often silent."""


def steps(letters: list[Letter], index: int, pending: str, rest: Sounds, *, trusted: bool) -> Iterator[LetterStep]:
    """The steps of a letter. `rest`: the reading from here; `trusted`: a letter that it leaves out may be silent."""
    letter = letters[index]
    if letter.silent:
        yield LetterStep(0, (), 0)
        if rest and rest[0].symbol == CONSONANTS.get(letter.char):
            yield LetterStep(1, (), 0)
    elif letter.char == HAMZA_ABOVE:
        yield from _glide(rest)
    elif letter.char == "آ":
        yield from _alef_madda(rest)
    elif letter.vowel == "ɑ" and letter.char in "اوی":
        yield from read_long("ɑ", "", rest)
    elif letter.is_mater and not (letter.first and letter.char == "ا"):
        yield from read_mater(letters, index, pending, rest)
    elif pending:
        return
    else:
        yield from _syllable(letters, index, rest, trusted=trusted)
        if letter.char == "ه" and letter.last and letter.vowel is None:
            yield from _final_he(letters, index, rest)


def _syllable(letters: list[Letter], index: int, rest: Sounds, *, trusted: bool) -> Iterator[LetterStep]:
    """A consonant, and the vowel of its sign or the vowel that the reading has."""
    letter = letters[index]
    after = None if letter.last else letters[index + 1]
    for head in _consonant(letter, rest, trusted=trusted):
        behind = rest[head.taken :]
        if after is not None and after.is_mater and f"{letter.vowel}{after.char}" in TOGETHER:
            # «مُوافق» is movafeq: rather a consonant in front of a vowel.
            cost = head.cost + (LONGER if after.char != "ا" and has_vowel(letters, index + 1) else 0)
            yield LetterStep(head.taken, _doubled(letter, head.given, vowel=True), cost, letter.vowel or "")
            if after.char == "ا":
                continue
        for tail in read_vowel(letter.vowel, behind):
            vowel = bool(tail.given) or has_vowel(letters, index)
            given = _doubled(letter, head.given, vowel=vowel) + tail.given
            yield LetterStep(head.taken + tail.taken, given, head.cost + tail.cost)
        if after is not None and after.char == "ی" and _is_coloured(letter, after, behind):
            yield LetterStep(head.taken + 1, _doubled(letter, head.given, vowel=True) + behind[:1], head.cost)


def _is_coloured(letter: Letter, after: Letter, behind: Sounds) -> bool:
    """In front of a j, Persian has e for a and i for e: «سَیِّد» is sejjed, «سِیَر» sijar."""
    if letter.vowel == "a":
        return next_two(behind) == ["e", "j"]
    return letter.vowel == "e" and not after.doubled and next_two(behind)[:1] == ["i"]


def _doubled(letter: Letter, given: Sounds, *, vowel: bool) -> Sounds:
    return (*given, replace(given[0], stress="")) if letter.doubled and vowel and len(given) == 1 else given


def _consonant(letter: Letter, rest: Sounds, *, trusted: bool) -> Iterator[LetterStep]:
    symbol = CONSONANTS.get(letter.char, "ʔ")
    weak = letter.char in _WEAK
    if weak:
        yield LetterStep(0, (), 0)
    if rest and rest[0].symbol == symbol:
        yield LetterStep(1, rest[:1], 0 if weak or not letter.doubled else DOUBLED)
        if len(rest) > 1 and rest[1].symbol == symbol:
            yield LetterStep(2, rest[:2], 0)
    elif rest and not rest[0].is_vowel:
        yield LetterStep(1, rest[:1], 0 if letter.char == "ئ" and rest[0].symbol == "j" else DOUBLED)
    if not weak:
        silent = trusted and not letter.vowel
        yield LetterStep(0, () if silent else (Sound(symbol),), SILENT if silent else CONSONANT)


def _alef_madda(rest: Sounds) -> Iterator[LetterStep]:
    yield from read_long("ɑ", "", rest)
    if len(rest) > 1 and rest[0].symbol == "ʔ" and rest[1].symbol == "ɑ":
        yield LetterStep(2, rest[:2], 0)


def _glide(rest: Sounds) -> Iterator[LetterStep]:
    """The hamza of «خانهٔ»."""
    if len(rest) > 1 and rest[0].symbol == "j" and rest[1].is_vowel:
        yield LetterStep(2, rest[:2], 0)
    yield LetterStep(0, (), ODD)


def _final_he(letters: list[Letter], index: int, rest: Sounds) -> Iterator[LetterStep]:
    """ه at the end writes the vowel in front of it, unless a sign has written it."""
    before = None if letters[index].first else letters[index - 1]
    if before is not None and before.vowel == "o":  # «نُه» is noh
        yield LetterStep(0, (Sound("h"),), ODD)
    elif before is not None and before.vowel:
        yield LetterStep(0, (), 0)
    elif rest and rest[0].is_short:
        yield LetterStep(1, rest[:1], 0)

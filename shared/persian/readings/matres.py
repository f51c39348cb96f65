"""The letters ا و ی without a sign of their own: a long vowel, a consonant, or the rest of a vowel sign."""

from __future__ import annotations

from collections.abc import Iterator

from shared.persian.readings.segments import Sound, Sounds
from shared.persian.readings.signed_word import Letter
from shared.persian.readings.step import (
    ADDED,
    CONSONANTS,
    DOUBLED,
    ODD,
    VOWEL,
    LetterStep,
    next_two,
    read_long,
    read_vowel,
)

# What a sign and the letter behind it write together.
TOGETHER = {"aا": ("ɑ", ""), "oو": ("u", "ː"), "aو": ("o", "ː"), "eی": ("i", "ː"), "aی": ("e", "")}


def read_mater(letters: list[Letter], index: int, pending: str, rest: Sounds) -> Iterator[LetterStep]:
    """The steps of such a letter. `pending`: the vowel sign of the letter in front that this one writes out."""
    letter = letters[index]
    before = None if letter.first else letters[index - 1]
    if pending:
        yield from _written_out(letter.char, pending, rest)
    elif letter.char == "ا":
        yield from _alef(before, rest)
    else:
        yield from _waw_or_ye(letter, before, rest)


def _alef(before: Letter | None, rest: Sounds) -> Iterator[LetterStep]:
    if before is not None and before.vowel == "an":  # «نظرًا», also written «نظراً»
        yield LetterStep(0, (), 0)
        if next_two(rest)[:1] == ["ɑ"]:
            yield LetterStep(1, (), 0)
        return
    if rest and rest[0].is_vowel:
        yield LetterStep(1, rest[:1], 0 if rest[0].symbol == "ɑ" else ODD)
    yield LetterStep(0, (), DOUBLED)


def _waw_or_ye(letter: Letter, before: Letter | None, rest: Sounds) -> Iterator[LetterStep]:
    sounds = next_two(rest)
    first = sounds[0] if sounds else ""
    if first == CONSONANTS[letter.char]:
        for tail in read_vowel(letter.vowel, rest[1:]):
            yield LetterStep(1 + tail.taken, rest[:1] + tail.given, tail.cost)
    signed = before is not None and bool(before.vowel)
    if letter.char == "و":
        if first in ("u", "o"):
            yield LetterStep(1, rest[:1], VOWEL if signed else 0)
        yield LetterStep(0, (), 0 if before is not None and before.char == "خ" else ADDED)
        return
    if first == "i" or (first == "ɑ" and letter.last):
        yield LetterStep(1, rest[:1], VOWEL if signed else 0)
    if sounds in (["i", "j"], ["e", "j"], ["a", "j"]):
        yield LetterStep(2, rest[:2], VOWEL if signed else 0)
    yield LetterStep(0, (), 0 if before is not None and before.vowel == "ɑ" else ADDED)


def _written_out(char: str, pending: str, rest: Sounds) -> Iterator[LetterStep]:
    """The vowel that a sign and the letter behind it write together."""
    sounds = next_two(rest)
    if pending + char == "aی":
        if sounds in (["e", "j"], ["a", "j"]):
            yield LetterStep(2, rest[:2], 0)
        taken = rest[:1] if sounds and rest[0].is_vowel else ()
        yield LetterStep(len(taken), (Sound("e", stress=taken[0].stress if taken else ""), Sound("j")), VOWEL)
        return
    if pending + char in ("oو", "aو") and sounds[:1] == ["o"]:
        yield LetterStep(1, rest[:1], 0)
    if pending + char == "aو" and sounds == ["a", "v"]:
        yield LetterStep(2, rest[:2], 0)
    yield from read_long(*TOGETHER[pending + char], rest)

"""The reading of a word whose vowel signs a user typed: they outrank any dictionary.

«کِرِم» is kerem, «کِرم» kerm, «کَرَم» karam. espeak-ng itself spells out a shadda (tashdid) and misreads the others, so
its reading of the word without signs is changed only where they contradict it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from shared.persian.letters import HAMZA_ABOVE, KASRA, SIGNS, SUKUN
from shared.persian.readings.fitting import fit
from shared.persian.readings.segments import join_ipa, same_sounds, split_ipa
from shared.persian.readings.signed_word import Letter, close_syllables, letters_of
from shared.persian.vowel_signs import bare

# espeak-ng gets no longer words either (`shared.persian.espeak`); it has at most four phonemes for a letter.
_MAX_LETTERS = 64
_MAX_SEGMENTS = 4 * _MAX_LETTERS


@dataclass(frozen=True, slots=True)
class Vowelled:
    """`ipa`: None if the signs agree with the default reading; `ezafe`: None if nothing says whether there is one."""

    ipa: str | None
    ezafe: bool | None


def read_signs(word: str, default: str, known: Sequence[str] = ()) -> Vowelled:
    """What the vowel signs of a word say about its reading.

    Args:
        word: one token with its signs, after `unify_letters_with_signs`; with half-spaces and endings or without.
        default: the IPA of the word without signs, of espeak-ng.
        known: other readings of the word in IPA, the likeliest first.

    The vowel of an ezafe is no part of `ipa`, but the ye of «خانهٔ» and «خانه‌یِ» stays in it, as in `default`. Never
    raises. Words of more than 64 letters keep their default.
    """
    if len(bare(word)) > _MAX_LETTERS:
        return Vowelled(None, _without_ending(word[-_MAX_LETTERS:])[1])
    return _read(word, default, tuple(known))


@lru_cache(maxsize=8192)
def _read(word: str, default: str, known: tuple[str, ...]) -> Vowelled:
    letters, ezafe = _without_ending(word)
    if not any(letter.vowel is not None or letter.doubled for letter in letters):
        return Vowelled(None, ezafe)
    segments = split_ipa(default)[:_MAX_SEGMENTS]
    if same_sounds(fit(letters, segments), segments):
        return Vowelled(None, ezafe)
    for other in known:
        reading = split_ipa(other)[:_MAX_SEGMENTS]
        if same_sounds(fit(letters, reading), reading):
            return Vowelled(other, ezafe)
    # The default of a single letter is its name: nothing to keep.
    reading = fit(close_syllables(letters), segments if len(letters) > 1 else ())
    return Vowelled(join_ipa(reading), ezafe)


def _without_ending(word: str) -> tuple[list[Letter], bool | None]:
    """The letters without the sign of an ezafe, and whether there is one."""
    letters = letters_of(word)
    if not letters:
        return letters, None
    last = letters[-1]
    marks = word[len(word.rstrip(SIGNS + HAMZA_ABOVE)) :]
    # «مِ» and «می‌شِ» are syllables; a single ی is the ezafe of «خانه‌ی».
    single = last.first and last.char != "ی"
    if KASRA in marks and not single:
        # A consonant has no other vowel then: without signs, «بسم» is besme for espeak-ng.
        return [*letters[:-1], replace(last, vowel=None if last.char in "اویه" else "")], True
    if SUKUN in marks:
        return letters, False
    return letters, True if HAMZA_ABOVE in marks else None

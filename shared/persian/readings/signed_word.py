"""A word with vowel signs as a list of letters, each with what its signs say."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.persian.letters import (
    DAMMA,
    DAMMATAN,
    FATHA,
    HAMZA_ABOVE,
    KASRA,
    KASRATAN,
    LETTERS,
    SHADDA,
    SUKUN,
    SUPERSCRIPT_ALEF,
    TANWIN,
    ZWNJ,
)

VOWELS = {
    FATHA: "a", DAMMA: "o", KASRA: "e", SUPERSCRIPT_ALEF: "ɑ", SUKUN: "",
    TANWIN: "an", DAMMATAN: "on", KASRATAN: "en",
}  # fmt: skip
MATRES = "اوی"
_SUN_LETTERS = frozenset("تثدذرزسشصضطظلن")
_UNVOWELLED = frozenset("اآویءأؤئع")


@dataclass(frozen=True, slots=True)
class Letter:
    """`vowel`: what the signs say, "" for no vowel, None if nothing; `part`: the index of its part between
    half-spaces; `first`, `last`: its place in this part; `silent`: the next letter is doubled instead."""

    char: str
    vowel: str | None = None
    doubled: bool = False
    part: int = 0
    first: bool = False
    last: bool = False
    silent: bool = False

    @property
    def is_mater(self) -> bool:
        """Whether it may write a long vowel: ا و ی without a sign, or in «عَلِیّ». A sukun, «نَوْروز», changes nothing."""
        return self.char in MATRES and not self.vowel and (not self.doubled or self.last)


def letters_of(word: str) -> list[Letter]:
    """The letters of a word. Characters that are neither letters nor signs are left out."""
    letters: list[Letter] = []
    for number, part in enumerate(filter(None, word.split(ZWNJ))):
        begin = len(letters)
        for char in part:
            if char in LETTERS or char == HAMZA_ABOVE:
                letters.append(Letter(char, part=number))
            elif len(letters) == begin:
                continue
            elif char == SHADDA:
                letters[-1] = replace(letters[-1], doubled=True)
            elif char in VOWELS:
                letters[-1] = replace(letters[-1], vowel=VOWELS[char])
        if len(letters) > begin:
            letters[begin] = replace(letters[begin], first=True, doubled=False)
            letters[-1] = replace(letters[-1], last=True)
    letters = [replace(letter, silent=_is_silent(letters, index)) for index, letter in enumerate(letters)]
    # «اللَّه», as Arabic keyboards write «اللّٰه».
    for index in range(1, len(letters) - 1):
        before, letter, after = letters[index - 1 : index + 2]
        if before.char + letter.char + after.char == "لله" and letter.vowel == "a" and after.last:
            letters[index] = replace(letter, vowel="ɑ")
    return letters


def _is_silent(letters: list[Letter], index: int) -> bool:
    """«الله» with a shadda has two l, not three; the article takes the sound of a sun letter with a shadda."""
    letter = letters[index]
    if letter.last or letter.vowel or letter.doubled or not letters[index + 1].doubled:
        return False
    article = letter.char == "ل" and 0 < index <= 2 and letters[index - 1].char == "ا"
    return letters[index + 1].char == letter.char or (article and letters[index + 1].char in _SUN_LETTERS)


def has_vowel(letters: list[Letter], index: int) -> bool:
    """Whether the script says that a vowel follows this letter."""
    if letters[index].vowel is not None or letters[index].last:
        return bool(letters[index].vowel)
    after = letters[index + 1]
    if after.char in "اآ" and not after.vowel:
        return True
    if after.char == "ه" and after.last and not after.vowel:
        return True
    if not after.is_mater:
        return False
    return after.last or not has_vowel(letters, index + 1)


def close_syllables(letters: list[Letter]) -> list[Letter]:
    """Letters without a sign that end a syllable, once the others have theirs: «کِرم» is kerm, «اَبرُکوه» abrokuh.

    Persian has the syllables CV, CVC and CVCC: the vowel of the letter in front must be written, and the next letter
    must have a vowel, or end a word of three letters.
    """
    closed = list(letters)
    for index in range(1, len(letters) - 1):
        before, letter, after = letters[index - 1 : index + 2]
        if letter.first or letter.last or letter.vowel is not None or letter.char in _UNVOWELLED or letter.doubled:
            continue
        if not before.vowel or has_vowel(letters, index):
            continue
        short = before.first and after.last and after.char not in "اآویه"
        signs = sum(bool(other.vowel) for other in letters if other.part == letter.part)
        if short or (signs > 1 and has_vowel(letters, index + 1)):
            closed[index] = replace(letter, vowel="")
    return closed

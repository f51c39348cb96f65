"""`unify_letters` for a text whose vowel signs matter.

The signs are lifted off the letters and follow them through the same steps, because no pattern of these steps would
match a text with signs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shared.persian.letters import (
    HAMZA_ABOVE,
    LETTERS,
    REPAIRS,
    SHADDA,
    SIGNS,
    SUPERSCRIPT_ALEF,
    TABLE,
    TANWIN,
    compose,
    unify_letters,
)

_HAS_SIGN = re.compile(f"[{SIGNS}]")
_VOWELS = SIGNS.replace(SHADDA, "")
# NFC puts the marks on a letter in the order of their combining classes (Unicode, 3.11): tanwin (27), then `SIGNS` (28
# to 35), then the hamza (230).
_RANKS = {mark: rank for rank, mark in enumerate(TANWIN + SIGNS + HAMZA_ABOVE)}
_LETTERS = frozenset(LETTERS)
_BEARERS = frozenset(LETTERS + TANWIN + HAMZA_ABOVE + "ـ")


def unify_letters_with_signs(text: str) -> str:
    """`unify_letters` that keeps the vowel signs on Persian letters, at most one vowel and one shadda on a letter.

    Without `SIGNS` the result is that of `unify_letters`. Of several vowels on a letter the superscript alef wins, then
    the one with the lowest combining class; tanwin leaves no place for another vowel.
    """
    composed = compose(text)
    if not _HAS_SIGN.search(composed):
        return unify_letters(text)
    lifted = _lift(composed)
    for pattern, replacement in REPAIRS:
        lifted = lifted.sub(pattern, replacement)
    return "".join(_written(lifted))


@dataclass(frozen=True, slots=True)
class _Lifted:
    """A text without signs, and the signs by the index of the character that bears them."""

    text: str
    signs: dict[int, set[str]]

    def sub(self, pattern: re.Pattern[str], replacement: str | Callable[[re.Match[str]], str]) -> _Lifted:
        """`pattern.sub`; the signs of what is replaced go to the character in front: a stretched letter keeps its
        signs when its kashida goes."""
        pieces: list[str] = []
        moves: list[tuple[int, int, int]] = []  # start and end of a match, length of the text up to its replacement
        end = length = 0
        for match in pattern.finditer(self.text):
            new = match.expand(replacement) if isinstance(replacement, str) else replacement(match)
            pieces += (self.text[end : match.start()], new)
            length += match.start() - end + len(new)
            end = match.end()
            moves.append((match.start(), end, length))
        pieces.append(self.text[end:])
        return _Lifted("".join(pieces), self._moved(moves)) if moves else self

    def _moved(self, moves: list[tuple[int, int, int]]) -> dict[int, set[str]]:
        signs: dict[int, set[str]] = {}
        place = shift = 0
        for index in sorted(self.signs):
            while place < len(moves) and moves[place][1] <= index:
                shift = moves[place][2] - moves[place][1]
                place += 1
            inside = place < len(moves) and moves[place][0] <= index
            new = moves[place][2] - 1 if inside else index + shift
            signs.setdefault(new, set()).update(self.signs[index])
        return signs


def _lift(composed: str) -> _Lifted:
    plain: list[str] = []
    signs: dict[int, set[str]] = {}
    for character in composed:
        if character in SIGNS:
            if plain and plain[-1] in _BEARERS:
                signs.setdefault(len(plain) - 1, set()).add(character)
            continue
        unified = TABLE.get(ord(character), character)
        plain += unified or ""
    return _Lifted("".join(plain), signs)


def _written(lifted: _Lifted) -> Iterator[str]:
    """The letters, each with its marks in canonical order."""
    text, end = lifted.text, 0
    for index in sorted(lifted.signs):
        start = index
        while start >= end and text[start] in (TANWIN, HAMZA_ABOVE):
            start -= 1
        if start < end or text[start] not in _LETTERS:
            continue
        yield text[end : start + 1]
        end = start + 1
        signs: set[str] = set()
        marks = ""
        while True:
            signs |= lifted.signs.get(start + len(marks), set())
            if end == len(text) or text[end] not in (TANWIN, HAMZA_ABOVE):
                break
            marks += text[end]
            end += 1
        yield _in_order(marks, signs)
    yield text[end:]


def _in_order(marks: str, signs: set[str]) -> str:
    """`marks` stay in the order of `unify_letters`, whatever it is."""
    vowels = sorted(signs & set(_VOWELS), key=SIGNS.index)
    if SUPERSCRIPT_ALEF in vowels:
        vowels = [SUPERSCRIPT_ALEF]
    kept = signs & {SHADDA} | set([] if TANWIN in marks else vowels[:1])
    waiting = sorted(kept, key=_RANKS.__getitem__)
    written = ""
    for mark in marks:
        while waiting and _RANKS[waiting[0]] < _RANKS[mark]:
            written += waiting.pop(0)
        written += mark
    return written + "".join(waiting)

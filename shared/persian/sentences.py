"""Cuts a text into what is spoken in one breath."""

from __future__ import annotations

import re

# VITS attends over the whole sentence: twice the length is four times the memory. 400 characters are half a minute.
MAX_CHARACTERS = 400

# A mark ends a sentence unless what follows is glued to it as in 3.5, example.com or a?b=1.
_END = re.compile(r"(?:[.!?؟۔…؛;]+[»”\"')\]]*)(?![A-Za-z0-9۰-۹٠-٩/=&_])|\n+")
_SAYS_SOMETHING = re.compile(r"\w")


def split_sentences(text: str, *, longest: int = MAX_CHARACTERS) -> list[str]:
    """Non-empty sentences with their closing marks, none longer than `longest` characters."""
    sentences: list[str] = []
    start = 0
    for end in [*(match.end() for match in _END.finditer(text)), len(text)]:
        sentence = text[start:end].strip()
        start = end
        if _SAYS_SOMETHING.search(sentence):
            sentences += _shorten(sentence, longest)
    return sentences


def _shorten(sentence: str, longest: int) -> list[str]:
    """Cut at the last comma that fits, else at the last space, else in the middle of what is no word anyway."""
    pieces: list[str] = []
    start = 0
    while len(sentence) - start > longest:
        window = sentence[start : start + longest]
        # A comma in the first half would leave a stub; a space is better then.
        comma = max(window.rfind(","), window.rfind("،"))
        cut = comma + 1 if comma > longest // 2 else window.rfind(" ")
        cut = cut if cut > 0 else longest
        pieces.append(window[:cut].strip())
        start += cut
    pieces.append(sentence[start:].strip())
    return [piece for piece in pieces if _SAYS_SOMETHING.search(piece)]

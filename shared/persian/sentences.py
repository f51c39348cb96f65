"""Splits a text into sentences and clauses for synthesis."""

from __future__ import annotations

import re

# VITS attends over the whole sentence: twice the length is four times the memory. 400 characters are half a minute.
MAX_CHARACTERS = 400
LONG = 120
"""Characters beyond which a sentence is worth cutting, so that its first clause can be heard while the rest is made."""
_SHORTEST_CLAUSE = 25
"""Characters; a voice says shorter ones with the melody of a list."""

# A mark ends a sentence unless what follows is glued to it as in 3.5, example.com or a?b=1, or it stands behind an
# initial («م. آزاد»). A colon ends one only before a new line: «گفت: برو» is one breath, and a clause of its own.
_END = re.compile(r"(?:[!?؟۔…؛;]|(?<![^\w][دمآاعسجحر])\.)[.!?؟۔…؛;]*[»”\"')\]]*(?![A-Za-z0-9۰-۹٠-٩/=&_])|[:،,]?\n+")
_CLAUSE = re.compile(r"[,،:;؛](?=\s)")
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


def split_clauses(sentence: str) -> list[str]:
    """The clauses of a sentence longer than `LONG`, each with its mark and not too short; else the sentence itself."""
    if len(sentence) <= LONG:
        return [sentence]
    clauses: list[str] = []
    start = 0
    for match in _CLAUSE.finditer(sentence):
        clause = sentence[start : match.end()].strip()
        if len(clause) >= _SHORTEST_CLAUSE and len(sentence) - match.end() >= _SHORTEST_CLAUSE:
            clauses.append(clause)
            start = match.end()
    return [*clauses, sentence[start:].strip()]


def _shorten(sentence: str, longest: int) -> list[str]:
    """Split at the last comma that fits, else at the last space, else inside the overlong word."""
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

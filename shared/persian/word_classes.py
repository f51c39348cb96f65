"""What the ezafe model knows about a word: its part of speech and how it attracts an ezafe, from `ezafe.txt.gz`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from shared.persian.letters import ZWNJ


class WordClass(NamedTuple):
    """`kind`: N noun, A adjective, V verb, D adverb, E preposition with ezafe, P other preposition, …

    The other fields are log odds in steps, -3 to 3, as text: of an ezafe on the word itself (part of `code`, behind
    the kind), on the word before it (`right`), on the one before that (`right2`), on the word after it (`left`) and
    on the one after that (`left2`).
    """

    kind: str
    code: str
    right: str
    right2: str
    left: str
    left2: str


UNKNOWN = WordClass("?", "?", "", "", "", "")
START, END = "<s>", "</s>"


def parse_class(text: str) -> WordClass:
    """`N2,1,0,-1,0` as a class. Raises `ValueError`."""
    code, right, right2, left, left2 = text.split(",")
    return WordClass(code[0], code, right, right2, left, left2)


def class_of(word: str, classes: Mapping[str, WordClass]) -> WordClass:
    """The class of a word; «باور‌های» is looked up as «باورهای» too."""
    found = classes.get(word)
    if found is None and ZWNJ in word:
        found = classes.get(word.replace(ZWNJ, ""))
    return UNKNOWN if found is None else found

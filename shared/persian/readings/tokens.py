"""The words of a normalized sentence, and its punctuation marks as words of their own."""

from __future__ import annotations

import re

from shared.persian.punctuation import MARKS

LINE_BREAK = "\n"
_MARK = rf"[{re.escape(MARKS)}](?![A-Za-z0-9/])"
TOKEN = re.compile(rf"{_MARK}|\n|(?:(?!{_MARK})\S)+")


def words_of(sentence: str) -> list[str]:
    """The words and marks, in order. A line break is a word too: it is spoken as a pause."""
    return TOKEN.findall(sentence)

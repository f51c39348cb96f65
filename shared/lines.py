"""Splits text into lines at `\\n`, `\\r\\n` and `\\r` only.

`str.splitlines` also splits at U+2028, U+0085, vertical tab, form feed and the separators FS, GS and RS, all of which
occur inside texts from web pages and office documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TextIO

_END = re.compile(r"\r\n|\n|\r")


def lines_of(text: str) -> list[str]:
    """The lines without their ends; a line end at the end of the text does not start another line."""
    lines = _END.split(text)
    return lines[:-1] if not lines[-1] else lines


def bounded_lines(file: TextIO, limit: int) -> Iterator[str]:
    """The lines of a file that is opened with `newline=""`, with their ends. One longer than `limit` characters comes
    in parts: the first has `limit + 1` characters.
    """
    while line := file.readline(limit + 1):
        yield line

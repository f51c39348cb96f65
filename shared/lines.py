"""Splits text into lines at `\\n`, `\\r\\n` and `\\r` only.

`str.splitlines` also splits at U+2028, U+0085, vertical tab, form feed and the separators FS, GS and RS, all of which
occur inside texts from web pages and office documents.
"""

from __future__ import annotations

import re

_END = re.compile(r"\r\n|\n|\r")


def lines_of(text: str) -> list[str]:
    """The lines without their ends; a line end at the end of the text does not start another line."""
    lines = _END.split(text)
    return lines[:-1] if not lines[-1] else lines

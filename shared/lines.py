"""Where a line of a file ends: at `\\n`, `\\r\\n` or `\\r`, and nowhere else.

`str.splitlines` also cuts at U+2028, U+0085, vertical tab, form feed and the separators FS, GS and RS, all of which
occur inside texts that people copy from web pages and office documents.
"""

from __future__ import annotations

import re

_END = re.compile(r"\r\n|\n|\r")


def lines_of(text: str) -> list[str]:
    """The lines without their ends; an end at the very end of the text begins no further line."""
    lines = _END.split(text)
    return lines[:-1] if not lines[-1] else lines

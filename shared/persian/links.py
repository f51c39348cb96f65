"""Web and mail addresses: later stages leave them as they are."""

from __future__ import annotations

import re
from collections.abc import Callable

# Every quantifier is bounded or starts behind a look-behind, so that a hostile text is still read in linear time.
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s،؛؟«»<>\"']+"
    r"|(?<![\w.+-])[A-Za-z0-9_.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}"


def outside_links(text: str, change: Callable[[str], str]) -> str:
    """Apply `change` to everything but addresses. Punctuation that ends an address belongs to the sentence."""
    parts: list[str] = []
    end = 0
    for match in _LINK.finditer(text):
        link = match.group().rstrip(_TRAILING)
        parts += [change(text[end : match.start()]), link]
        end = match.start() + len(link)
    parts.append(change(text[end:]))
    return "".join(parts)

"""Host names in Persian letters: `xn--…` as a browser shows it, and the patterns of such a host."""

from __future__ import annotations

import re

from shared.persian.letters import LETTERS, ZWNJ, unify_letters

LABEL = rf"[{LETTERS}](?:[{LETTERS}{ZWNJ}0-9-]{{0,38}}[{LETTERS}0-9])"
"""At least two letters: «م.آزاد» is a name."""
COUNTRY = "ایران"
_PUNYCODE = re.compile(r"(?<![\w-])xn--([A-Za-z0-9-]{1,59})(?![\w-])")
_READABLE = re.compile(rf"[{LETTERS}{ZWNJ}0-9-]+")


def decode(text: str) -> str:
    """Decode `xn--…` labels. A label that is not Persian stays unchanged."""
    return _PUNYCODE.sub(_decoded, text) if "xn--" in text else text


def _decoded(match: re.Match[str]) -> str:
    try:
        label = unify_letters(match[1].encode("ascii").decode("punycode"))
    except (UnicodeError, OverflowError, ValueError):
        return match.group()
    return label if _READABLE.fullmatch(label) else match.group()

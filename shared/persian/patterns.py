"""Shared parts of the regular expressions of several stages."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """An alternation; the longest first, or «ق» would be found where «ق.م» stands."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

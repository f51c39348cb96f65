"""Shared parts of the regular expressions of several stages."""

from __future__ import annotations

import re
from collections.abc import Iterable


def any_of(words: Iterable[str]) -> str:
    """An alternation with the longest option first; otherwise «ق» would match at the start of «ق.م»."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))

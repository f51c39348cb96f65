"""An upper bound of a shared secret's strength, by its length and its characters."""

from __future__ import annotations

import math
import string

MIN_BITS = 128
# 32 random hexadecimal digits have 14 different ones on average, and fewer than 8 once in ten million.
_MIN_DIFFERENT = 8
_ALPHABETS = (
    string.digits,
    string.hexdigits.lower(),
    string.ascii_lowercase,
    string.ascii_letters + string.digits + "-_",
)


def is_strong(secret: str) -> bool:
    """Whether random characters of the smallest alphabet that holds these would have 128 bits.

    The words of a language have fewer bits than this counts: the bound is exact for random secrets only.
    """
    if len(set(secret)) < _MIN_DIFFERENT:
        return False
    size = next((len(set(alphabet)) for alphabet in _ALPHABETS if set(secret) <= set(alphabet)), 95)
    return len(secret) * math.log2(size) >= MIN_BITS

"""Where a word has no ezafe, whatever the model says."""

from __future__ import annotations

from collections.abc import Sequence

from shared.persian.latin import LETTER_NAMES
from shared.persian.nine import NUMBERS
from shared.persian.punctuation import MARKS
from shared.persian.readings.ezafe import EzafeModel

_SPELLED = NUMBERS | set(LETTER_NAMES.values())
_OBJECT = "را"
_AND = "و"


def may_have_ezafe(words: Sequence[str], index: int, model: EzafeModel) -> bool:
    """False at the end of a clause, before «را» or a verb, and within a number or letters that are spelled."""
    after = words[index + 1] if index + 1 < len(words) else "."
    if after in MARKS or after == _OBJECT or model.class_of(after).kind == "V":
        return False
    following = words[index + 2] if after == _AND and index + 2 < len(words) else after
    return not (words[index] in _SPELLED and following in _SPELLED)

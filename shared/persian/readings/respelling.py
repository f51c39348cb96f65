"""Adds vowel signs to words that espeak-ng would read as another word.

Only the input of the phonemizer is changed; the normalised text keeps the spelling.
"""

from __future__ import annotations

import re

from shared.persian.letters import KASRA, LETTERS, ZWNJ
from shared.persian.nine import NUMBERS, tell_nine
from shared.persian.patterns import any_of

# «پنجاه سنت»: a cent after a number, a tradition elsewhere.
_CENT = re.compile(
    rf"(?<![{LETTERS}{ZWNJ}])(?P<before>(?:{any_of(NUMBERS)}|نیم|چند|چندین) )"
    rf"سنت(?=ی?(?![{LETTERS}{ZWNJ}]))"
)
# espeak-ng takes the ه of a stem of one consonant for an h: «می‌شه» is «miʃe».
_SPOKEN = re.compile(rf"(?<![{LETTERS}{ZWNJ}])(ن?می{ZWNJ}[شگرد])ه(?![{LETTERS}{ZWNJ}])")


def respell(clause: str) -> str:
    """A clause without punctuation, respelled for espeak-ng."""
    clause = _CENT.sub(rf"\g<before>س{KASRA}نت", clause) if "سنت" in clause else clause
    return tell_nine(_SPOKEN.sub(rf"\1{KASRA}", clause))

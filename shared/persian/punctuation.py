"""Reduces punctuation to the six marks of a voice: `, ; : . ! ?`.

Persian marks become their Latin equivalents, because Coqui's cleaners drop `، ؛ ؟` and join the words around them.
"""

from __future__ import annotations

import re
import unicodedata

from shared.persian.letters import HAMZA_ABOVE, LETTERS, TANWIN, ZWNJ

MARKS = ",;:.!?"

_TO_MARK = str.maketrans({
    "،": ",", "٬": ",", "‚": ",", "、": ",",
    "؛": ";",
    "؟": "?", "‽": "?", "？": "?",
    "！": "!",
    "…": ".", "۔": ".", "。": ".",
    "—": ",", "–": ",", "―": ",",
    "’": "'",
})  # fmt: skip
# Quotes, brackets, emoji, signs of other scripts: not speakable.
_UNSPOKEN = re.compile(f"[^{LETTERS}{TANWIN}{HAMZA_ABOVE}{ZWNJ}A-Za-z'0-9{MARKS}\\s]+|(?<![A-Za-z])'|'(?![A-Za-z])")
# A hyphen between spaces is a dash; at the head of a line it is the mark of a list, and no pause.
_DASH = re.compile(r"(?<=[^\S\n])-{1,3} ")
_BULLET = re.compile(r"^[^\S\n]{0,20}[-–—]{1,3} ", re.MULTILINE)
# A half-space joins two letters; at the edge of a word it is removed.
_STRAY = re.compile(f"(?<![{LETTERS}{TANWIN}{HAMZA_ABOVE}]){ZWNJ}+|{ZWNJ}+(?![{LETTERS}])")
_SPACE_BEFORE_MARK = re.compile(rf"(?<! ) ?(?=[{MARKS}])")
_GLUED = re.compile(rf"(?<=[{MARKS}])(?=[{LETTERS}])")
_MARKS_IN_A_ROW = re.compile(rf"[{MARKS}][{MARKS} ]*(?<=[{MARKS}])")
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[\n ]*")
_MOST_NAMED = 50
_STRONGEST = "?!.;:,"


def unify_marks(text: str) -> str:
    """Map marks, drop unspoken characters, collapse repeated marks and spaces. Newlines are kept."""
    text = _STRAY.sub("", _UNSPOKEN.sub(" ", _DASH.sub(", ", _BULLET.sub("", text).translate(_TO_MARK))))
    text = _LINES.sub("\n", _BLANKS.sub(" ", text))
    return _GLUED.sub(" ", _MARKS_IN_A_ROW.sub(_strongest, _SPACE_BEFORE_MARK.sub("", text)))


def dropped(text: str) -> str:
    """The signs and letters of other scripts that `unify_marks` drops, each once, for the trace."""
    found = dict.fromkeys(c for part in _UNSPOKEN.findall(text) for c in part if unicodedata.category(c)[0] in "SLN")
    return " ".join(list(found)[:_MOST_NAMED])


def _strongest(match: re.Match[str]) -> str:
    present = set(match.group())
    return next(mark for mark in _STRONGEST if mark in present)

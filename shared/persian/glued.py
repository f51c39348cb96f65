"""Endings that are typed without a half-space: «کتابهای», «بزرگتر».

Cautious: «تنها», «انتهای» and «دختر» end like that too, so ها is cut only from a word long enough and on no list,
and تر only from an adjective that the list knows.
"""

from __future__ import annotations

import re

from shared.persian.letters import HAMZA_ABOVE, LETTERS, TANWIN, ZWNJ

_INSIDE = f"{LETTERS}{TANWIN}{HAMZA_ABOVE}{ZWNJ}"
_PLURAL = re.compile(
    rf"(?<![{_INSIDE}])(?P<stem>[{LETTERS}]{{2,20}}?)"
    rf"(?P<ending>ها(?:ی(?:ی|م|ت|ش|مان|تان|شان)?)?)(?![{_INSIDE}])"
)
# Words that end in ها, or in which it is not a plural.
_ONE = "تنها انتها بیانتها منتها بها پربها گرانبها خونبها اشتها رها نها فقها سفها فارنهایت"
_HAYAT = "بینهایت درنهایت مانهایم دورکهایم"
_WHOLE = frozenset(f"{_ONE} {_HAYAT}".split())
_LEAST = 3  # letters of a stem
_STEMS = "آن صد ده خط گل شب لب دل فن حق حس سگ کد بت مو جا پا رگ پل تپ تب سد ما"
_SHORT = frozenset(_STEMS.split())
_COMPARED = re.compile(
    rf"(?<![{_INSIDE}])(?P<stem>[{LETTERS}]{{2,20}}?)(?P<ending>تر(?:ین(?:ی|م|ت|ش|مان|تان|شان)?|ی)?)(?P<plural>ها(?:ی(?:ی)?)?)?(?![{_INSIDE}])"
)
_ONE_WORD = frozenset({"به", "کم", "بیش"})
"""«بهتر», «کمتر» and «بیشتر» are written as one."""


def cut_endings(text: str, adjectives: frozenset[str]) -> str:
    """Insert the half-space before ها and تر. Input: after `unify_marks`."""
    text = _COMPARED.sub(lambda m: _compared(m, adjectives), text)
    return _PLURAL.sub(_plural, text)


def _compared(match: re.Match[str], adjectives: frozenset[str]) -> str:
    stem, ending, plural = match["stem"], match["ending"], match["plural"]
    if stem not in adjectives or stem in _ONE_WORD:
        return match.group()
    return f"{stem}{ZWNJ}{ending}{ZWNJ + plural if plural else ''}"


def _plural(match: re.Match[str]) -> str:
    stem, ending = match["stem"], match["ending"]
    if f"{stem}ها" in _WHOLE or match.group() in _WHOLE or (len(stem) < _LEAST and stem not in _SHORT):
        return match.group()
    return f"{stem}{ZWNJ}{ending}"

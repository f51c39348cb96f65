"""Numbers whose middle is hidden: `6037-99**-****-1234`, `کارت *1234`. What is shown is read, the hidden part once."""

from __future__ import annotations

import re

from shared.persian.words import apart, pairs, spelled

_STARS = "*•●∗✱٭"
_PIECE = rf"\d{{1,16}}|[{_STARS}]{{1,30}}|[xX]{{2,30}}|#{{3,30}}"
_MASKED = re.compile(
    rf"(?<![\w{_STARS}#.+-])\+?(?P<iran>[Ii][Rr])?(?P<run>(?>{_PIECE})(?:[ \u200c-]?(?>{_PIECE})){{1,12}}+)(?![\w#])"
)
_PIECES = re.compile(_PIECE)
_HIDDEN = re.compile(rf"[{_STARS}xX#]")
_LEAST_HIDDEN = 3
"""The minimum of signs; fewer are a power or a product, unless a word names the kind of the number."""
_LEAST_SHOWN = 3  # digits
_NAMED = re.compile(
    r"(?:کارت|حساب|شبا|سپرده|موبایل|همراه|تلفن|شماره|شمارهٔ|card|Card)(?:[ \u200c][^\W\d_]{1,15}){0,2}[ :]{1,3}$"
)
_BEFORE = 50  # characters in which that word stands
_FOUR = 4


def expand_masked(text: str) -> str:
    """Replace masked numbers by words. Input: after `unify_letters` and the USSD codes."""
    return _MASKED.sub(_masked, text)


def _masked(match: re.Match[str]) -> str:
    run = match["run"]
    pieces = _PIECES.findall(run)
    hidden = sum(len(piece) for piece in pieces if _HIDDEN.match(piece))
    shown = sum(map(len, pieces)) - hidden
    if not hidden or shown < _LEAST_SHOWN:
        return match.group()
    if hidden < _LEAST_HIDDEN and not _NAMED.search(match.string[max(0, match.start() - _BEFORE) : match.start()]):
        return match.group()
    said: list[str] = []
    for piece in pieces:
        if not _HIDDEN.match(piece):
            said += _digits(piece)
        elif not said or said[-1] != "ستاره":
            said.append("ستاره")
    return apart(match, ("آی‌آر " if match["iran"] else "") + "، ".join(said))


def _digits(piece: str) -> list[str]:
    if len(piece) % 2:
        return [spelled(piece)]
    return [pairs(piece[at : at + _FOUR]) for at in range(0, len(piece), _FOUR)]

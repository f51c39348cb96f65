"""USSD codes: `*100*1#` is «ستاره صد ستاره یک مربع»."""

from __future__ import annotations

import re

from shared.persian.words import apart, group

_MAX_PARTS, _MAX_CODE_DIGITS = 10, 20
_PARTS = rf"\d{{1,{_MAX_CODE_DIGITS}}}(?:\*\d{{1,{_MAX_CODE_DIGITS}}}){{0,{_MAX_PARTS - 1}}}"
_DIALLED = re.compile(rf"(?<![\w*#])(?P<start>\*\#?|\#\#)(?P<parts>{_PARTS})#(?![\w*#])", re.ASCII)
# Also in reverse order: right-to-left lines show the marks swapped, and people type what they see.
_MIRRORED = re.compile(rf"(?<![\w*#&])#(?P<parts>{_PARTS})\*(?![\w*#])", re.ASCII)
_STARS = str.maketrans("٭∗✱", "***")
_MARKS = {"*": "ستاره", "#": "مربع"}


def expand_ussd(text: str) -> str:
    """Replace USSD codes by words. Input: after `unify_letters`."""
    text = _DIALLED.sub(lambda m: _said(m, m["start"], m["parts"].split("*")), text.translate(_STARS))
    return _MIRRORED.sub(lambda m: _said(m, "*", m["parts"].split("*")[::-1]), text)


def _said(match: re.Match[str], start: str, parts: list[str]) -> str:
    opened = " ".join(_MARKS[mark] for mark in start)
    return apart(match, f"{opened} {' ستاره '.join(map(group, parts))} مربع")

"""Telephone numbers, read in the usual groups."""

from __future__ import annotations

import re

from shared.persian.words import apart, group, spelled

_MOBILE = re.compile(
    r"(?<![\w+])(?:(?P<abroad>\+|00)98[ -]?0?|0)(?P<code>9\d\d)[ -]?(?P<a>\d{3})[ -]?(?P<b>\d\d)[ -]?(?P<c>\d\d)(?!\d)",
    re.ASCII,
)
_LANDLINE = re.compile(
    r"(?<![\w+])(?:(?P<abroad>\+|00)98[ -]?\(?0?|\(?0)(?P<code>[1-8]\d)\)?[ -]?"
    r"(?P<a>\d\d)[ -]?(?P<b>\d\d)[ -]?(?P<c>\d\d)[ -]?(?P<d>\d\d)(?:-(?P<last>\d{1,2}))?(?!\d)",
    re.ASCII,
)
_LOCAL = re.compile(
    r"(?<!\w)((?:تلفن|تماس|فکس|نمابر|تلفکس)[^\d\n]{0,15})([1-9]\d{3})[ -]?(\d{4})(?![\d.,٬٫/]\d|\d)", re.ASCII
)
# In a number typed from right to left the area code is at the end; it is read first.
_CODE_BEHIND = re.compile(r"(?<![\w+.,-])([1-9]\d{3})[ -]?(\d{4}) ?\(0([1-8]\d)\)", re.ASCII)
_FOREIGN = re.compile(r"(?<![\w+])\+(\d{1,3}(?:[ -]?\(?\d{2,4}\)?){2,5})(?!\d)", re.ASCII)
_SHORTEST_FOREIGN = 8  # digits; +100 and +1000 are amounts
_ABROAD = {"+": "مثبت نود و هشت، ", "00": "صفر صفر نود و هشت، "}


def expand_phones(text: str) -> str:
    """Replace every telephone number by words. Input: after `unify_letters`."""
    text = _MOBILE.sub(lambda m: _telephone(m, group(m["a"]), group(m["b"]), group(m["c"])), text)
    text = _CODE_BEHIND.sub(lambda m: apart(m, "، ".join((group("0" + m[3]), *_twos(m[1] + m[2])))), text)
    text = _LANDLINE.sub(_landline, text)
    text = _LOCAL.sub(_local, text)
    return _FOREIGN.sub(_foreign, text)


def _local(match: re.Match[str]) -> str:
    announced = match[1] + " " if match[1][-1].isalpha() else match[1]  # «تلفن۸۸۷۷۶۶۵۵»
    return apart(match, announced + "، ".join(_twos(match[2] + match[3])))


def _twos(digits: str) -> list[str]:
    return [group(digits[at : at + 2]) for at in range(0, len(digits), 2)]


def _telephone(match: re.Match[str], *groups: str) -> str:
    abroad = _ABROAD.get(match["abroad"] or "", "")
    code = group(match["code"] if abroad else "0" + match["code"])
    return apart(match, abroad + "، ".join((code, *groups)))


def _landline(match: re.Match[str]) -> str:
    """«۸۸۷۷۶۶۵۵-۸»: a company has all the lines up to …8."""
    *groups, end = map(group, match.group("a", "b", "c", "d"))
    return _telephone(match, *groups, f"{end} تا {group(match['last'])}" if match["last"] else end)


def _foreign(match: re.Match[str]) -> str:
    groups = re.findall(r"\d+", match[1])
    digits = "".join(groups)
    if len(digits) < _SHORTEST_FOREIGN:
        return match.group()
    return apart(match, "مثبت " + (spelled(digits) if len(groups) == 1 else "، ".join(map(group, groups))))

"""Numbers that are names: telephones, cards, accounts, and the codes that an SMS asks one to type."""

from __future__ import annotations

import re

from shared.persian.words import apart, group, pairs, spelled

# A number of a bank or an authority is read out to be written down. The words between are few: «کد تأیید ورود شما: …».
_CODE = re.compile(
    r"(?<!\w)(?:کد|رمز(?![ \u200c]ارز)|پین|شناسه|شمارهٔ?[ \u200c](?:ملی|کارت|حساب|پرونده|پیگیری|سفارش|مرسوله))"
    r"ٔ?(?:[ \u200c][^\W\d_]{1,20}ٔ?){0,5}[ :]{0,3}(?P<code>\d{4,12})"
    r"(?!\d|[.,٬٫/:-]\d|\s?(?:[%٪]|نفر|تومان|ریال|هزار|میلیون|درصد|سال(?!\w)|تا(?!\w)|دلار|یورو|متر|کیلو|واحد|عدد|مورد|کاربر))"
)
_CARD = re.compile(r"(?<![\d.])(\d{4})([ -]?)(\d{4})\2(\d{4})\2(\d{4})(?![\d.]\d|\d)", re.ASCII)
_IBAN = re.compile(r"(?<!\w)IR[ -]?(\d(?:[ -]?\d){23})(?!\d)", re.ASCII)
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
_FOREIGN = re.compile(r"(?<![\w+])\+(\d{1,3}(?:[ -]?\(?\d{2,4}\)?){2,5})(?!\d)", re.ASCII)
_SHORTEST_FOREIGN = 8  # digits; +100 and +1000 are amounts
_ABROAD = {"+": "مثبت نود و هشت، ", "00": "صفر صفر نود و هشت، "}


def expand_codes(text: str) -> str:
    """Replace every number that is read out in groups. The text has passed `unify_letters`."""
    text = _CODE.sub(lambda m: apart(m, m[0][: m.start("code") - m.start()] + " " + spelled(m["code"])), text)
    text = _IBAN.sub(lambda m: apart(m, _iban(re.sub("[ -]", "", m[1]))), text)
    text = _CARD.sub(lambda m: apart(m, _fours(m[1] + m[3] + m[4] + m[5])), text)
    text = _MOBILE.sub(lambda m: _telephone(m, group(m["a"]), group(m["b"]), group(m["c"])), text)
    text = _LANDLINE.sub(_landline, text)
    text = _LOCAL.sub(lambda m: apart(m, m[1] + "، ".join(_twos(m[2] + m[3]))), text)
    return _FOREIGN.sub(_foreign, text)


def _fours(digits: str) -> str:
    return "، ".join(pairs(digits[at : at + 4]) for at in range(0, len(digits), 4))


def _iban(digits: str) -> str:
    """As it is printed: two digits to check, then fours."""
    return f"آی‌آر، {group(digits[:2])}، {_fours(digits[2:])}"


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

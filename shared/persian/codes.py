"""Identification numbers: cards, accounts, and codes in SMS messages."""

from __future__ import annotations

import re
from collections.abc import Callable

from shared.persian.masked import expand_masked
from shared.persian.patterns import any_of
from shared.persian.words import apart, group, pairs, spelled

_FEW_WORDS = r"(?:[ \u200c][^\W\d_]{1,20}ٔ?){0,5}"
# Printed in groups, or in one piece.
_PRINTED = r"(?P<code>\d{1,10}(?:-\d{1,10}){1,6}|\d{3,5}(?: \d{3,5}){1,6}|\d{4,30})"
_NO_AMOUNT = (
    r"(?!\d|[.,٬٫/:-]\d|\s?(?:[%٪]|نفر|تومان|ریال|هزار|میلیون|میلیارد|درصد|سال(?!\w)|تا(?!\w)|دلار|یورو|متر|کیلو|واحد|عدد|"
    r"مورد|کاربر))"
)
# A number of a bank or an authority is read for dictation. Few words stand in between: «کد تأیید ورود شما: …».
_CODE = re.compile(
    r"(?<!\w)(?:کد(?:پستی|ملی|رهگیری)?(?![ \u200c]ها)|رمز(?:دوم|پویا|عبور)?(?![ \u200c]ارز)|پین|صندوق پستی|شناسه|"
    rf"شمارهٔ?[ \u200c](?:ملی|کارت|حساب|پرونده|پیگیری|رهگیری|"
    rf"سفارش|مرسوله|بارنامه|قرارداد|فاکتور|سریال|تراکنش|ارجاع|پستی|شبا|قبض))ٔ?"
    rf"{_FEW_WORDS}[ :]{{0,3}}{_PRINTED}{_NO_AMOUNT}"
)
# These words stand before amounts too, but not of so many digits.
_LONG = re.compile(
    rf"(?<!\w)(?:شمارهٔ?|پیگیری|رهگیری|سفارش|شبا|سریال){_FEW_WORDS}[ :]{{1,3}}"
    rf"(?P<code>\d{{10,30}}|(?=[\d-]{{9}})\d{{2,10}}(?:-\d{{2,10}}){{1,6}}){_NO_AMOUNT}"
)
# «رمز یکبار مصرف خرید از دیجی‌کالا دات کام: 5529184»: many words, a colon, perhaps a new line.
_ANNOUNCED = re.compile(
    r"(?<!\w)(?:کد(?![ \u200c]ها)|رمز(?:دوم|پویا|عبور)?(?![ \u200c]ارز)|گذرواژهٔ?|"
    r"پسوو?رد|کلمهٔ? عبور|[Cc]ode|OTP|[Pp]assword|PIN)"
    r"(?:[ \u200c](?:[^\W\d_]{1,20}ٔ?|\d{1,2} رقمی)){0,14} ?:\s{0,3}"
    rf"(?P<code>\d{{4,10}}){_NO_AMOUNT}"
)
_BEFORE_ITS_NAME = re.compile(
    r"(?<![\w.,٬٫/:+-])(\d{4,8})"
    r"(?= (?:کد|رمز)[ \u200c](?:ورود|تأیید|تایید|یکبار|یک[ \u200c]بار|پویا|فعال|عبور|شما|احراز|دعوت|دوم)(?!\w))"
)
_DOT = r"\."
_NAMES = {
    "ک.پ": "کد پستی", "ک.م": "کد ملی", "ش.م": "شماره ملی", "ش.ح": "شماره حساب", "ش.پ": "شماره پیگیری",
    "ش.ش": "شماره شناسنامه", "ص.پ": "صندوق پستی", "ک.ر": "کد رهگیری",
}  # fmt: skip
_NAME = re.compile(rf"(?<![\w.])({any_of(_NAMES).replace(_DOT, _DOT + ' ?')})[.]?([ :]{{1,3}})(?=\d[\d-]{{6,}}|0)")
_SHORTEST = 6  # digits of a code in groups: «کد ۱۰-۱۵» is a range
_DATE = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?-\d\d?-\d{4}", re.ASCII)
_TELEPHONE = re.compile(r"09\d{9}|0098\d{10}", re.ASCII)
_TELEPHONE_IN_GROUPS = re.compile(r"0[1-9]\d{9}", re.ASCII)
_CARD = re.compile(
    r"(?<![\d.])(?<!\d-)(?<!\d{4} )(\d{4})([ -]?)(\d{4})\2(\d{4})\2(\d{4})(?!\2\d)(?![\d.]\d|\d)", re.ASCII
)
_IBAN = re.compile(r"(?<!\w)[Ii][Rr][ -]?(\d(?:[ -]?\d){23})(?!\d)", re.ASCII)
_LETTERED = re.compile(r"(?<![\w-])([A-Z]{1,3})-(\d{5,8})(?![\w-]|[.,:/]\d)", re.ASCII)
_MAX_DIGITS_PER_BREATH = 12
"""Digits that are read without a pause; longer codes have a pause after every fourth, for a listener who writes."""


def expand_codes(text: str) -> str:
    """Replace every identification number by its digits in words. Input: after `unify_letters`."""
    text = expand_masked(text)
    text = _IBAN.sub(lambda m: apart(m, _iban(re.sub("[ -]", "", m[1]))), text)
    text = _CARD.sub(lambda m: apart(m, _fours(m[1] + m[3] + m[4] + m[5], pairs)), text)
    text = _LONG.sub(_code, _ANNOUNCED.sub(_code, _CODE.sub(_code, text)))
    text = _BEFORE_ITS_NAME.sub(lambda m: spelled(m[1]), text)
    return _LETTERED.sub(lambda m: apart(m, f"{m[1]}، {spelled(m[2])}"), text)


def name_codes(text: str) -> str:
    """`ک.پ 1415678931`: before a long number these letters are the name of a code."""
    return _NAME.sub(lambda m: f"{_NAMES[m[1].replace(' ', '')]}{m[2]}", text)


def _code(match: re.Match[str]) -> str:
    code = match["code"]
    groups = re.split("[ -]", code)
    if _DATE.fullmatch(code) or _telephone(groups) or (len(groups) > 1 and len("".join(groups)) < _SHORTEST):
        return match.group()
    if len(groups) == 1 and len(code) > _MAX_DIGITS_PER_BREATH:
        said = _fours(code, spelled)
    else:
        said = "، ".join(map(spelled, groups))
    return apart(match, f"{match[0][: match.start('code') - match.start()]} {said}")


def _telephone(groups: list[str]) -> bool:
    digits = "".join(groups)
    return bool(_TELEPHONE.fullmatch(digits) or (len(groups) > 1 and _TELEPHONE_IN_GROUPS.fullmatch(digits)))


def _fours(digits: str, said: Callable[[str], str]) -> str:
    return "، ".join(said(digits[at : at + 4]) for at in range(0, len(digits), 4))


def _iban(digits: str) -> str:
    """In the printed groups: two check digits, then groups of four."""
    return f"آی‌آر، {group(digits[:2])}، {_fours(digits[2:], pairs)}"

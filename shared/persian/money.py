"""Amounts of money: signs before and after, codes of currencies, cents, and the short forms of shops and chats."""

from __future__ import annotations

import re

from shared.persian.patterns import any_of
from shared.persian.words import apart

CURRENCIES = {
    "$": "دلار", "€": "یورو", "£": "پوند", "¥": "ین", "₺": "لیر", "₽": "روبل", "₹": "روپیه", "₿": "بیت‌کوین",
    "₮": "تتر", "₩": "وون", "US$": "دلار", "U.S.$": "دلار", "USD$": "دلار", "C$": "دلار کانادا", "CA$": "دلار کانادا",
    "A$": "دلار استرالیا", "AU$": "دلار استرالیا", "NZ$": "دلار نیوزیلند", "HK$": "دلار هنگ‌کنگ", "S$": "دلار سنگاپور",
}  # fmt: skip
_CODES = {
    "USD": "دلار", "EUR": "یورو", "GBP": "پوند", "JPY": "ین", "IRR": "ریال", "IRT": "تومان", "AED": "درهم",
    "TRY": "لیر", "CNY": "یوان", "RUB": "روبل", "CAD": "دلار کانادا", "AUD": "دلار استرالیا", "CHF": "فرانک",
    "IQD": "دینار", "BTC": "بیت‌کوین", "ETH": "اتریوم", "USDT": "تتر",
}  # fmt: skip
_CENTS = {"$": "سنت", "US$": "سنت", "U.S.$": "سنت", "€": "سنت", "£": "پنس"}
_SCALES = {
    "thousand": "هزار", "million": "میلیون", "billion": "میلیارد", "trillion": "تریلیون",
    "k": "هزار", "m": "میلیون", "mn": "میلیون", "b": "میلیارد", "bn": "میلیارد", "t": "تریلیون",
}  # fmt: skip
_SIGN = rf"(?<![A-Za-z.])(?:{any_of(CURRENCIES)})"
_AMOUNT = r"\d{1,15}(?:[,٬]\d{3}){0,4}(?:[.٫]\d{1,8})?"
_SCALE = (
    r"(?:\s?(?P<scale>thousand|million|billion|trillion|k|K|m|M|mn|b|B|bn|T)(?![A-Za-z])"
    r"|\s(?P<words>هزار|میلیون|میلیارد|تریلیون)(?!\w))?"
)
_BEFORE = re.compile(rf"(?P<minus>(?<!\w)[-−])?(?P<sign>{_SIGN})\s?(?P<after>[-−])?(?P<amount>{_AMOUNT})(?!\d){_SCALE}")
_AFTER = re.compile(rf"(?<![A-Za-z\d.,])(?P<amount>{_AMOUNT}){_SCALE}\s?(?P<sign>{_SIGN})(?!\d)(?: US(?![A-Za-z]))?")
_CODE_AFTER = re.compile(rf"(?<![A-Za-z\d.,])(?P<amount>{_AMOUNT}){_SCALE}\s?(?P<sign>{'|'.join(_CODES)})(?![A-Za-z])")
_CODE_BEFORE = re.compile(rf"(?<!\w)(?P<sign>{'|'.join(_CODES)})\s?(?P<amount>{_AMOUNT})(?!\d){_SCALE}")
# «ت» behind a number of a price list; in «۵ تا» and «۵ت‌و» it is a letter of a word.
_TOMAN = re.compile(
    rf"(?<![\w.,])({_AMOUNT})\s?(?:(هزار|ه|میلیون|میلیارد|م)\.?\s?)?ت(?![\w\u200c]|\.\w)(?:(?<=\.ت)\.(?=\s\w))?"
)
_SHORT = re.compile(rf"(?<![\w.,])({_AMOUNT})\s?([هم])\.?\s?(?=(?:تومان|تومن)(?!\w))")
_RANKS = {"ه": "هزار", "م": "میلیون"}


# Price lists also separate thousands with a point or a slash; prices have no thousandths of a toman.
_POINTS = re.compile(r"(?<![\w.,])\d{1,3}(?:[./]\d{3}){1,4}(?=\s?(?:تومان|تومن|ریال|ت(?!\w)))")
_GLUED = re.compile(r"(?<=\d)(\s?(?:هزار|میلیون|میلیارد))(?=تومان|تومن|ریال)")


def expand_money(text: str) -> str:
    """Replace a currency by its name after the number, which stays for later stages."""
    text = _GLUED.sub(r"\1 ", _POINTS.sub(lambda m: re.sub("[./]", "", m.group()), text))
    text = _SHORT.sub(lambda m: f"{m[1]} {_RANKS[m[2]]} ", text)
    text = _TOMAN.sub(_toman, text)
    text = _BEFORE.sub(_named, text)
    text = _AFTER.sub(_named, text)
    text = _CODE_AFTER.sub(_named, text)
    return _CODE_BEFORE.sub(_named, text)


def _toman(match: re.Match[str]) -> str:
    amount, rank = match[1], _RANKS.get(match[2], match[2])
    return " ".join(filter(None, (amount, rank, "تومان")))


def _named(match: re.Match[str]) -> str:
    sign, groups = match["sign"], match.groupdict()
    name = CURRENCIES.get(sign) or _CODES[sign]
    scale = groups.get("words") or _SCALES.get((groups.get("scale") or "").lower(), "")
    minus = "منفی " if groups.get("minus") or groups.get("after") else ""
    whole, _, cents = match["amount"].replace("٫", ".").partition(".")
    # Two digits after the point are cents, but not in $1.50 million.
    if sign in _CENTS and len(cents) == 2 and not scale:
        coins = f"{int(cents)} {_CENTS[sign]}" if int(cents) else ""
        said = f"{whole} {name}" if int(re.sub("[,٬]", "", whole)) or not coins else ""
        said = " و ".join(filter(None, (said, coins)))
    else:
        said = " ".join(filter(None, (match["amount"], scale, name)))
    return apart(match, minus + said)

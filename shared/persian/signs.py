"""Moves plus and minus signs that follow their number, because it was typed from right to left: «دمای ۵- درجه».

A dash after a number more often ends a part of an address or a list, so it counts as a sign only if the words around
it exclude that.
"""

from __future__ import annotations

import re

_NUMBER = r"\d{1,15}(?:[,٬]\d{3}){0,4}(?:[./٫]\d{1,6})?"
_MEASURED = re.compile(rf"(?<![\w.,٬٫:/+-])({_NUMBER})([-−+]) ?(?=درصد|درجه|[°%٪]|کیلوگرم|کیلو(?!\w)|kg(?!\w))")
# «۲.۳٪-»: a plus is unambiguous; a dash is a minus only at the end of the clause or before a word of change.
_BEHIND_PERCENT = re.compile(
    rf"(?<![\w.,٬٫:/+%٪-])({_NUMBER} ?[%٪])(?:(\+)(?![\w+])|[-−](?=\s{{0,3}}(?:$|[)\]»،؛.,;])| "
    r"(?:شد|بود|است|رشد|افت|کاهش|افزایش|نسبت|تغییر|ریخت|رسید)(?!\w)))",
    re.MULTILINE,
)
_DIFFERENCE = re.compile(
    rf"(?<!\w)((?:تفاضل|اختلاف|تراز)(?:[ \u200c](?:گل|گل‌ها|امتیاز|تجاری|مالی|هدف))?[ :]{{1,3}})"
    rf"({_NUMBER})([-−+])(?![\w+-]| ?\d)"
)
_TEMPERATURE = re.compile(
    rf"(?<!\w)(دما(?:ی)?(?: [^\W\d_]{{1,12}}){{0,2}}[ :]{{1,3}})"
    rf"({_NUMBER})[-−](?=\s{{0,3}}(?:$|[)\]»،؛.,;])| (?:شد|بود|است|رسید)(?!\w))",
    re.MULTILINE,
)
_BLOOD = re.compile(r"(?<![\w+-])(AB|O)([-−+])(?![\w+-])")
_LETTERS_OF_BLOOD = re.compile(r"(?<![\w+-])([AB])([-−+])(?![\w+-])")
_BLOOD_BEHIND = re.compile(r"(?:(?<=خونی )|(?<=خون ))([-−+])(AB|[ABO])(?![\w+-])")
_AROUND = 60  # characters in which «خون» or another group says that `A+` is no mark of a school
_SIGNS = {"+": "مثبت", "-": "منفی", "−": "منفی"}
# «طبقهٔ ۲- واحد ۵» is an address.
_FLOOR = re.compile(
    r"(?<!\w)(طبقهٔ? )(\d{1,2})[-−](?=[^\S\n]{0,3}(?:$|[.،؛,;)\n])| (?:پارکینگ|است|بود|قرار|واقع)(?!\w))", re.MULTILINE
)
# Banks write the sign too, but «برداشت» and «واریز» say it.
_BOOKED = re.compile(
    r"(?<!\w)((?:برداشت|واریز|خرید|انتقال|کارمزد|قبض|پایا|ساتنا)(?: [^\W\d_]{1,15}){0,3}[ :]{1,3})"
    rf"(?:[-−+](?P<leading>{_NUMBER})(?![\d,٬]|[-−+])|(?P<trailing>{_NUMBER})[-−+](?!\w| \d))"
)


def expand_signs(text: str) -> str:
    """Move the signs before their numbers, which stay for later stages. Input: after `unify_letters`."""
    text = _BLOOD_BEHIND.sub(lambda m: f"{m[2]} {_SIGNS[m[1]]}", text)
    text = _LETTERS_OF_BLOOD.sub(_blood, text)
    text = _BLOOD.sub(lambda m: f"{m[1]} {_SIGNS[m[2]]}", text)
    text = _BEHIND_PERCENT.sub(lambda m: f"{m[2] or '-'}{m[1]}", text)
    text = _TEMPERATURE.sub(r"\1-\2", text)
    text = _DIFFERENCE.sub(r"\1\3\2", text)
    text = _MEASURED.sub(r"\2\1 ", text)
    text = _FLOOR.sub(r"\1-\2", text)
    return _BOOKED.sub(lambda m: m[1] + (m["leading"] or m["trailing"]), text)


def _blood(match: re.Match[str]) -> str:
    around = match.string[max(0, match.start() - _AROUND) : match.end() + _AROUND]
    return f"{match[1]} {_SIGNS[match[2]]}" if "خون" in around or _BLOOD.search(around) else match.group()

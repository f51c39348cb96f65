"""Plus and minus that stand behind their number, because it was typed from right to left: «دمای ۵- درجه».

A line behind a number ends a part of an address or a list far more often, so a sign is believed only where the words
around leave nothing else.
"""

from __future__ import annotations

import re

_NUMBER = r"\d{1,15}(?:[,٬]\d{3}){0,4}(?:[./٫]\d{1,6})?"
_MEASURED = re.compile(rf"(?<![\w.,٬٫:/+-])({_NUMBER})([-−+]) ?(?=درصد|درجه|[°%٪])")
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
    """Put the signs before their numbers, which stay for the later stages. The text has passed `unify_letters`."""
    text = _MEASURED.sub(r"\2\1 ", text)
    text = _FLOOR.sub(r"\1-\2", text)
    return _BOOKED.sub(lambda m: m[1] + (m["leading"] or m["trailing"]), text)

"""Chat notation: hashtags, mentions, emoticons, and repeated letters."""

from __future__ import annotations

import re

from shared.persian.nine import COUNTED
from shared.persian.patterns import any_of
from shared.persian.stretched import shorten

_HASHTAG = re.compile(r"(?<![\w&])#(?=[^\W\d])([\w\u200c]{1,100})")
_MENTION = re.compile(
    r"(?<![\w.@])@(?=[A-Za-z_])([A-Za-z0-9_]{1,64}(?:\.[A-Za-z0-9_]{1,64}){0,3})|(?<![\w.@])@(?=[^\W\d_])([\w\u200c]{1,64})"
)
_LETTERS_AND_DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
# Emoticons have no digits: «۸)» and «=3» contain numbers. A heart counts only if no counted noun follows.
_EMOTICON = re.compile(
    r"(?<![\w:;=])(?:[:;=][-']?[)(DPpOo|*\]\[]{1,10}|\^_?\^|-_-|[xX]D)(?![\w])|[:;][-']?[)(]{1,10}(?=\s|$)"
    rf"|(?<![\w<])(?<!\d )<3(?![\w/:]|[.,٫]\d|[ \u200c]?(?:[%٪°]|(?:{any_of(COUNTED)})(?!\w)))"
)


def expand_chat(text: str) -> str:
    """Replace or drop chat notation. Input: after `unify_letters` and the addresses."""
    text = _HASHTAG.sub(lambda m: f"هشتگ {_words(m[1])}", text)
    text = _MENTION.sub(lambda m: f"ات‌ساین {_words(m[1] or m[2])}", text)
    return shorten(_EMOTICON.sub(" ", text))


def _words(tag: str) -> str:
    return " ".join(_LETTERS_AND_DIGITS.sub(" ", tag.replace("_", " ").replace(".", " دات ")).split())

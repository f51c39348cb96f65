"""What people type in chats: hashtags, mentions, emoticons, and letters held down."""

from __future__ import annotations

import re

_HASHTAG = re.compile(r"(?<![\w&])#(?=[^\W\d])([\w\u200c]{1,100})")
_MENTION = re.compile(r"(?<![\w.@])@(?=[A-Za-z_])(\w{1,64})", re.ASCII)
_LETTERS_AND_DIGITS = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
_EMOTICON = re.compile(
    r"(?<![\w:;=])(?:[:;=8][-']?[)(DPpOo3|*\]\[]{1,10}|<3|\^_?\^|-_-|[xX]D)(?![\w])|[:;][-']?[)(]{1,10}(?=\s|$)"
)
# No Persian word has a letter three times in a row. A whole word of one letter is laughter, which stays two.
_HELD = re.compile(r"(?P<laugh>(?<![\w\u200c])([^\W\d_a-zA-Z])\2{2,}(?![\w\u200c]))|([^\W\d_a-zA-Z])\3{2,}")


def expand_chat(text: str) -> str:
    """The text has passed `unify_letters`, and its addresses are words."""
    text = _HASHTAG.sub(lambda m: f"هشتگ {_words(m[1])}", text)
    text = _MENTION.sub(lambda m: f"ات‌ساین {_words(m[1])}", text)
    return _HELD.sub(lambda m: m[2] * 2 if m["laugh"] else m[3], _EMOTICON.sub(" ", text))


def _words(tag: str) -> str:
    return " ".join(_LETTERS_AND_DIGITS.sub(" ", tag.replace("_", " ")).split())

"""Strips markup: HTML, SSML, a model's reasoning, Markdown and TeX. The first stage, on the raw text.

What a person would see of the text is read, an address behind it is not. Every pattern is bounded, or its closing is
searched for once, so that a hostile text is still read in linear time.
"""

from __future__ import annotations

import html
import re

from shared.persian.markdown import strip_markdown
from shared.persian.tags import strip_tags
from shared.persian.tex import strip_tex

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED_TWICE = 2
"""Feeds escape their HTML once more: `&amp;nbsp;`."""


def strip_markup(text: str) -> str:
    """The text as a browser or a reader of Markdown would show it."""
    for _ in range(_ESCAPED_TWICE):
        text = _ENTITY.sub(_character, text) if "&" in text else text
    return strip_tex(strip_markdown(strip_tags(text)))


def _character(match: re.Match[str]) -> str:
    """An unknown name stays. The sign & between spaces is «و»; see `symbols`."""
    return html.unescape(match.group())

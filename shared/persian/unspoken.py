"""Drops elements whose content is not spoken: comments, scripts, and a model's reasoning."""

from __future__ import annotations

import re

NAME = r"[A-Za-z][A-Za-z0-9_-]{0,30}(?::[A-Za-z0-9_-]{1,30})?"
VALUE = r"(?:\"[^\"<>]{0,500}\"|'[^'<>]{0,500}'|[^\s\"'<>=]{1,200})"
# A value distinguishes an attribute from a sentence between two signs of comparison.
ATTRIBUTES = rf"(?:\s{{1,20}}[A-Za-z_][A-Za-z0-9_:.-]{{0,40}}\s{{0,3}}=\s{{0,3}}{VALUE}){{0,20}}+"

UNSPOKEN = ("think", "thinking", "thought", "reasoning", "reflection", "script", "style", "template", "noscript")
"""Elements whose content is not spoken. The first five are a model's reasoning."""
_REASONING = UNSPOKEN[:5]
_OPENING = re.compile(rf"<(?P<name>{'|'.join(UNSPOKEN)})(?:{ATTRIBUTES})\s{{0,20}}>|<!--", re.IGNORECASE)
_LEFT_OPEN = re.compile(rf"</(?:{'|'.join(_REASONING)})>", re.IGNORECASE)


def drop_unspoken(text: str) -> str:
    """Comments, scripts, and a model's reasoning, also where only its end is there (the beginning was in the prompt)
    or only its beginning (the answer was cut)."""
    visible: list[str] = []
    at, unclosed = 0, set[str]()
    lowered = text.lower() if text.isascii() else text.translate(_LOWER)
    while opening := _OPENING.search(text, at):
        name = (opening["name"] or "--").lower()
        closing = "-->" if name == "--" else f"</{name}>"
        end = -1 if name in unclosed else lowered.find(closing, opening.end())
        visible.append(text[at : opening.start()])
        if end >= 0:
            at = end + len(closing)
            visible.append(" ")
        elif name in _REASONING:
            at = len(text)
        else:
            unclosed.add(name)
            at = opening.end()
    text = "".join([*visible, text[at:]])
    ends = [match.end() for match in _LEFT_OPEN.finditer(text)]
    return text[ends[-1] :] if ends else text


# Preserves the length of the text, which `str.lower` does not for all of Unicode.
_LOWER = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}

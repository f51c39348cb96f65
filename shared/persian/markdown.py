"""Strips Markdown and BBCode: the text of a link or an emphasis is kept, URLs and markup are dropped."""

from __future__ import annotations

import re

_FENCE = re.compile(r"^[ \t]{0,8}(?:```|~~~)[ \t]{0,3}([A-Za-z0-9+#_.-]{0,30})[^\n`]{0,100}$", re.MULTILINE)
_PROSE = frozenset({"", "text", "txt", "markdown", "md", "plain", "plaintext", "fa", "persian"})
"""The names after a code fence that mark text; any other name is a programming language."""
_LABEL = r"\[(?P<text>[^\[\]\n]{0,500})\]"
# Only a target that looks like a URL makes a link: «[یک](دو)» is two words in brackets.
_ADDRESS = (
    r"[ ]{0,2}<?(?=[A-Za-z][A-Za-z+.-]{0,15}:|www\.|[./#?]|[\w%-]{1,100}[./])"
    r"[^\s()<>]{1,2000}(?:\([^\s()]{0,300}\)[^\s()<>]{0,500})?>?"
)
_TITLE = r"(?:[ ]{1,3}(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'|\([^()\n]{0,300}\)))?"
_IMAGE = re.compile(rf"!{_LABEL}\({_ADDRESS}{_TITLE}[ ]{{0,2}}\)")
_LINK = re.compile(rf"{_LABEL}\({_ADDRESS}{_TITLE}[ ]{{0,2}}\)")
_REFERENCE = re.compile(r"(?<=[^\s\[\]])\]\[[A-Za-z0-9_ -]{0,40}\]")
_DEFINITION = re.compile(
    r"^[ ]{0,3}\[\^?[^\[\]\n]{1,60}\]:[ \t]{1,3}(?:<?https?://|/|www\.)[^\n]{0,2000}$", re.MULTILINE
)
_FOOTNOTE = re.compile(r"\[\^[A-Za-z0-9۰-۹_-]{1,30}\]:?")
_SHORTCODE = re.compile(r"(?<![\w:]):[a-z][a-z0-9_+-]{1,30}:(?![\w:])")  # :smile:
_BBCODE = re.compile(
    r"\[/?(?:INST|b|i|u|s|url|img|quote|code|color|size|center|list|\*)(?:=[^\[\]\n]{1,300})?\]", re.IGNORECASE
)
_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(?=\S)", re.MULTILINE)
_QUOTE = re.compile(r"^[ ]{0,3}(?:>[ ]?){1,5}(?=[^\s\d=>])", re.MULTILINE)
_TASK = re.compile(r"^([ \t]{0,12}(?:[-*+•]|\d{1,3}[.)])[ \t]{1,3})\[[ xX✓✔]\][ \t]", re.MULTILINE)
_BULLET = re.compile(r"^[ \t]{0,12}(?:[*+•▪◦‣●][ \t]{1,3}(?=\S)|[-–—][ \t]{1,3}(?=[^\s\d-]))", re.MULTILINE)
_RULER = re.compile(r"^[ ]{0,3}(?:(?:-[ ]?){3,80}|(?:\*[ ]?){3,80}|(?:_[ ]?){3,80}|={3,80})$", re.MULTILINE)
_RULED_ROW = re.compile(r"^[ \t]{0,3}\|?[ \t]{0,3}:?-{2,}[-|: \t]{0,300}$\n?", re.MULTILINE)
_ROW = re.compile(r"^[ \t]{0,3}\|(?P<cells>[^\n]{1,2000}?)\|[ \t]{0,3}$", re.MULTILINE)
_STRUCK = re.compile(r"~~(?=[^\s~])([^~\n]{1,1000})~~")
_STRONG = re.compile(r"(?<![\w*])\*{1,3}(?=[^\s*])([^*\n]{1,1000})(?<=[^\s*])\*{1,3}(?![\w*#])")
_STRONG_INSIDE = re.compile(r"(?<!\*)\*\*(?=[^\s*])([^*\n]{1,1000})(?<=[^\s*])\*\*(?!\*)")
_LOW = re.compile(r"(?<![\w])_{1,3}(?=[^\s_])([^_\n]{1,1000})(?<=[^\s_])_{1,3}(?![\w])")
_NUMBERS = re.compile(r"[0-9۰-۹ -]*")


def strip_markdown(text: str) -> str:
    """Strip the markup. Line breaks are kept; the cells of a table row are separated by commas."""
    text = _TASK.sub(r"\1", _DEFINITION.sub("", _fences(text)))
    text = _FOOTNOTE.sub("", text)
    text = _LINK.sub(r"\g<text>", _IMAGE.sub(r"\g<text>", text))
    text = _BBCODE.sub("", _REFERENCE.sub("]", _SHORTCODE.sub(" ", text)))
    text = _QUOTE.sub("", _HEADING.sub("", _RULER.sub("", text)))
    if "|" in text:
        text = _ROW.sub(_cells, _RULED_ROW.sub("", text))
    text = _STRUCK.sub(r"\1", _BULLET.sub("", text))
    text = _STRONG.sub(_emphasised, text)
    return _LOW.sub(r"\1", _STRONG_INSIDE.sub(_emphasised, text))


def _fences(text: str) -> str:
    """Drop code blocks; of a fence around text, drop only the fence."""
    if "```" not in text and "~~~" not in text:
        return text
    visible: list[str] = []
    at, language = 0, None
    for fence in _FENCE.finditer(text):
        if language is None or language in _PROSE:
            visible.append(text[at : fence.start()])
        language = fence[1].lower() if language is None else None
        at = fence.end()
    # A block that is not closed goes on to the end.
    if language is None or language in _PROSE:
        visible.append(text[at:])
    return "".join(visible)


def _cells(match: re.Match[str]) -> str:
    return "، ".join(cell.strip() for cell in match["cells"].split("|") if cell.strip())


def _emphasised(match: re.Match[str]) -> str:
    """«2**3**4» is a power, not an emphasis."""
    text, start, end = match.string, match.start(), match.end()
    inside = _NUMBERS.fullmatch(match[1]) is not None
    beside = (start > 0 and text[start - 1].isdigit()) or (end < len(text) and text[end].isdigit())
    return match.group() if inside and beside else match[1]

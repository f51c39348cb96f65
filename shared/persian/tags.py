"""Strips HTML and SSML: the text inside a tag is kept; some tags become a pause, a line break or another text."""

from __future__ import annotations

import re

from shared.persian.unspoken import ATTRIBUTES, NAME, UNSPOKEN, VALUE, drop_unspoken
from shared.persian.words import spelled

_BLOCKS = frozenset(
    [
        "p",
        "s",
        "br",
        "hr",
        "div",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "nav",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "table",
        "thead",
        "tbody",
        "tr",
        "caption",
        "figure",
        "figcaption",
        "blockquote",
        "pre",
        "form",
        "option",
        "title",
        "head",
        "body",
        "html",
        "paragraph",
        "sentence",
    ]
)
_PAUSES = frozenset({"break", "td", "th"})
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "address",
        "b",
        "bdi",
        "bdo",
        "big",
        "button",
        "center",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "embed",
        "font",
        "i",
        "iframe",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "link",
        "mark",
        "meta",
        "meter",
        "object",
        "picture",
        "progress",
        "q",
        "rp",
        "rt",
        "ruby",
        "samp",
        "select",
        "small",
        "source",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "svg",
        "path",
        "textarea",
        "time",
        "tt",
        "u",
        "var",
        "video",
        "audio",
        "canvas",
        "wbr",
        "speak",
        "say-as",
        "prosody",
        "emphasis",
        "phoneme",
        "voice",
        "lang",
        "lexicon",
        "lookup",
        "sayas",
        "w",
        "token",
        "desc",
        "metadata",
        "amazon:effect",
        "amazon:domain",
        "amazon:emotion",
        "mstts:express-as",
        "mstts:silence",
        "google:style",
    ]
)
_KNOWN = _BLOCKS | _PAUSES | _INLINE | frozenset(UNSPOKEN)
_TAG = re.compile(rf"<(?P<close>/?)(?P<name>{NAME})(?P<attributes>{ATTRIBUTES})\s{{0,20}}/?>")
_CLOSING = re.compile(rf"</({NAME})\s{{0,20}}>")
_DECLARATION = re.compile(r"<\?[a-z][^<>]{0,300}\?>|<!(?:DOCTYPE|doctype)[^<>]{0,300}>|<!\[CDATA\[|\]\]>")
_ALT = re.compile(rf"\s(?:alt|alias)\s{{0,3}}=\s{{0,3}}({VALUE})")
_SPELLED = re.compile(
    rf"<say-?as\s{{1,5}}interpret-as=[\"'](?:digits|characters|spell-out|verbatim|telephone)[\"']{ATTRIBUTES}>"
    r"([^<>]{1,100})</say-?as>",
    re.IGNORECASE,
)
_ALIASED = re.compile(rf"<sub\s{{1,5}}alias\s{{0,3}}=\s{{0,3}}(?P<alias>{VALUE})\s{{0,5}}>[^<>]{{0,300}}</sub>")
_QUOTES = "\"'"
_STRAY_PAUSE = re.compile(r"(^|\n)[ ]{0,10}، ")
# What separates the turns of a chat in the text that a language model is given.
_TOKEN = re.compile(
    r"<\|(?:im_start|start_header_id)\|>[a-z]{0,20}|<start_of_turn>[a-z]{0,20}|<\|[A-Za-z0-9_ -]{1,40}\|>"
    r"|<(?:unk|pad|bos|eos|sep|cls|mask|end_of_turn)>|<</?SYS>>"
)
_RAISED = re.compile(r"<(?P<name>sup|sub)>(?P<digits>[-−]?[0-9۰-۹]{1,5})</(?P=name)>", re.IGNORECASE)
_UP = str.maketrans("0123456789-−۰۱۲۳۴۵۶۷۸۹", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_DOWN = str.maketrans("0123456789-−۰۱۲۳۴۵۶۷۸۹", "₀₁₂₃₄₅₆₇₈₉₋₋₀₁₂₃₄₅₆₇₈₉")


def strip_tags(text: str) -> str:
    """A `<` that begins no tag stays: «۵ < ۷»."""
    if "<" not in text:
        return text
    text = _TOKEN.sub(" ", text)
    text = _RAISED.sub(_script, _DECLARATION.sub(" ", drop_unspoken(text)))
    text = _ALIASED.sub(lambda m: f" {m['alias'].strip(_QUOTES)} ", text)
    text = _SPELLED.sub(lambda m: f" {' '.join(spelled(c) if c.isdecimal() else c for c in m[1])} ", text)
    closed = {name.lower() for name in _CLOSING.findall(text)}

    def replaced(match: re.Match[str]) -> str:
        name = match["name"].lower()
        # «کلید <Enter>» is not a tag, because it has no closing tag.
        if name in _KNOWN or name in closed or match["attributes"]:
            return _instead(name, match)
        return match.group()

    return _STRAY_PAUSE.sub(r"\1", _TAG.sub(replaced, text))


def _instead(name: str, match: re.Match[str]) -> str:
    if name in _BLOCKS:
        return "\n"
    if name in _PAUSES and not (match["close"] and name == "break"):
        return " " if match["close"] else "، "
    if name == "img":
        alternative = _ALT.search(match["attributes"])
        return f" {alternative[1].strip(_QUOTES)} " if alternative else " "
    return ""


def _script(match: re.Match[str]) -> str:
    return match["digits"].translate(_UP if match["name"].lower() == "sup" else _DOWN)

"""Protected spans: web and mail addresses, file names and code are read part by part, not as numbers and dates.

This stage runs first, so that no later stage finds a version or a fraction inside one.
"""

from __future__ import annotations

import re

from shared.persian.idn import COUNTRY, LABEL, decode
from shared.persian.latin import say, spell
from shared.persian.latin_words import WORDS
from shared.persian.words import amount, apart, spelled

_DOT, _AT, _SLASH, _DASH, _LOW = " دات ", " ات‌ساین ", " اسلش ", " خط تیره ", " آندرلاین "
_MOST_SEGMENTS = 4
"""The segments of a path that are read; more is too long to listen to, and the query is for machines."""
_MAX_SPOKEN_DIGITS = 4  # digits; an article's id is spelled
_TLDS = (
    "com|ir|org|net|io|co|me|info|edu|gov|app|dev|ai|de|uk|fr|tv|shop|site|online|pdf|docx?|xlsx?|pptx?|txt|csv|json|xml|"
    "mp3|mp4|mkv|wav|jpe?g|png|gif|zip|rar|exe|apk|py|js|ts|html?|css|md|sh|yaml|yml|toml|php|aspx?"
)
# Every quantifier is bounded or follows a look-behind, so that the time is linear also for hostile text.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})"
_SPAN = re.compile(
    r"`(?P<code>[^`\n]{1,300})`"
    r"|(?P<scheme>https?://|ftp://|www\.)(?P<url>[^\s،؛؟«»<>\"'`]+)"
    rf"|(?P<announced>(?<!\w)(?:سایت|وبگاه|وب‌سایت|نشانی|آدرس|دامنهٔ?|درگاه)[ :]{{1,2}})"
    rf"(?P<national>{LABEL}(?:\.{LABEL}){{0,3}}\.{COUNTRY}(?![\w\u200c]))"
    rf"|(?<![\w.+-])(?P<iri>(?:[A-Za-z0-9_.+-]{{1,64}}|{LABEL})@{LABEL}(?:\.{LABEL}){{0,3}}\.(?:{COUNTRY}|{_TLDS})(?!\w))"
    rf"|(?<![\w.@\u200c-])(?P<idn>{LABEL}(?:\.(?:{LABEL}|[A-Za-z0-9-]{{1,30}})){{0,3}}\.(?:{_TLDS})(?![A-Za-z0-9_@-]|\.[A-Za-z0-9])"
    rf"(?:/[^\s،؛؟«»<>\"'`]{{0,300}})?)"
    rf"|(?<![\w.+-])(?P<local>[A-Za-z0-9_.+-]{{1,64}})@(?P<host>[A-Za-z0-9-]{{1,63}}(?:\.[A-Za-z0-9-]{{1,63}}){{1,8}})"
    rf"|(?<![A-Za-z0-9_@.-])(?P<bare>{_LABEL}(?:\.{_LABEL}){{0,4}}\.(?:{_TLDS})(?![A-Za-z0-9_@-]|\.[A-Za-z0-9])"
    r"(?:/[^\s،؛؟«»<>\"'`]{0,300})?)",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?)]}"
_PIECES = re.compile(r"[A-Za-z]+|[0-9]+|[^\W\d_A-Za-z]+(?:\u200c[^\W\d_A-Za-z]+){0,5}|[^\w\s]|_")
_MARKS = {
    ".": _DOT, "@": _AT, "/": _SLASH, "-": _DASH, "_": _LOW, ":": " دونقطه ", "=": " مساوی ", "+": " به علاوه ",
    "*": " ضرب در ", "#": " هشتگ ", "&": " اند ", "%": " درصد ",
}  # fmt: skip
_MAX_READ_LETTERS = 1000  # limit of a spoken address


def expand_addresses(text: str) -> str:
    """Replace every address by words. Input: after `unify_letters`. Punctuation at its end belongs to the sentence."""
    return _SPAN.sub(_span, decode(text))


def _span(match: re.Match[str]) -> str:
    if match["code"]:
        return apart(match, _pieces(match["code"]))
    if match["iri"]:
        return apart(match, _pieces(match["iri"]))
    if match["national"]:
        return match["announced"] + apart(match, _url(match["national"])).lstrip()
    written = (match["url"] or match["bare"] or match["idn"] or match["host"]).rstrip(_TRAILING)
    ending = (match["url"] or match["bare"] or match["idn"] or match["host"])[len(written) :]
    if match["local"]:
        return apart(match, _pieces(match["local"]) + _AT + _pieces(written) + ending)
    return apart(match, _url(written) + ending)


def _url(written: str) -> str:
    """Host and the first segments of the path; scheme, `www.` and query are not read."""
    host, *path = written[:_MAX_READ_LETTERS].removeprefix("www.").partition("?")[0].partition("#")[0].split("/")
    segments = [segment for segment in path if segment][:_MOST_SEGMENTS]
    return _SLASH.join([_pieces(host), *map(_segment, segments)])


def _segment(written: str) -> str:
    return _pieces(re.sub("[-_]|%[0-9A-Fa-f]{2}", " ", written))


def _pieces(written: str) -> str:
    said = (_piece(piece) for piece in _PIECES.findall(written[:_MAX_READ_LETTERS]))
    return " ".join(" ".join(said).split())


def _piece(piece: str) -> str:
    if piece.isascii() and piece.isalpha():
        # The short parts of an address are codes of countries and kinds of files: fa, uk, js.
        return spell(piece) if len(piece) <= 2 and piece.lower() not in WORDS else say(piece)
    if piece.isascii() and piece.isdigit():
        return amount(piece) if len(piece) <= _MAX_SPOKEN_DIGITS else spelled(piece)
    return _MARKS.get(piece, piece if piece[0].isalpha() else " ")

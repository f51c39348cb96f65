"""Names that are refused in foreign content: members of archives, data sets, assets and downloaded files.

    sokhan.json, .sokhan-…, .cache, .features    Sokhan's and the Hub client's own
    control characters, line separators          they change what a terminal or a log shows
    bidi embeddings, overrides and isolates      the shown name differs from the real one
    two names that are equal in NFC              macOS treats them as one, and they look the same

ZWNJ and the marks LRM and RLM are part of Persian spelling and stay.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import PurePosixPath

_RESERVED = re.compile(r"sokhan\.json|\.sokhan.*|\.cache|\.features", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
# The mark of the folder views of macOS; the archive's reader ignores the file.
_IGNORED = "Icon\r"


def name_problem(name: str) -> str | None:
    """The reason to refuse a name, as the end of a sentence; None if it is allowed."""
    if _RESERVED.fullmatch(name):
        return "is reserved"
    if name != _IGNORED and _CONTROL.search(name):
        return "has a control character"
    if _BIDI.search(name):
        return "has a character that reverses the text after it"
    return None


def path_problem(path: PurePosixPath) -> str | None:
    """`name_problem` of the first part that has one."""
    return next((problem for part in path.parts if (problem := name_problem(part)) is not None), None)


def twins(paths: Iterable[str]) -> frozenset[str]:
    """The paths that are equal in NFC to an earlier one."""
    seen: dict[str, str] = {}
    found = set()
    for path in paths:
        if seen.setdefault(unicodedata.normalize("NFC", path), path) != path:
            found.add(path)
    return frozenset(found)


def has_twin(name: str, others: Iterable[str]) -> bool:
    """Whether one of the others looks like this name: it is another string, and equal in NFC."""
    normal = unicodedata.normalize("NFC", name)
    return any(other != name and unicodedata.normalize("NFC", other) == normal for other in others)


def visible(name: str, limit: int = 120) -> str:
    """The name for a message: its control and bidi characters as U+XXXX."""
    shown = "".join(f"<U+{ord(c):04X}>" if _CONTROL.match(c) or _BIDI.match(c) else c for c in name)
    return shown[:limit]

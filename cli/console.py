"""The only output to the terminal. Text of a server or a file cannot move the cursor, recolour or reorder a line.

A terminal obeys control characters: `ESC [ 2 J` clears the screen, a carriage return overwrites the line before it,
`ESC ] 52` writes to the clipboard; U+202E shows `gnp.exe` as `exe.png`. Each is shown as U+FFFD instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

# C0 and C1 controls without tab and line feed, the line separators, the bidi overrides and isolates, invisible tags,
# and halves of surrogate pairs. Not ZWNJ, ZWJ, LRM and RLM, which Persian text needs.
_CONTROLS = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_BREAKS = re.compile(r"\r\n|[\n\t]")


def printable(text: str) -> str:
    """The text with U+FFFD for each character that a terminal would obey; line feeds and tabs stay."""
    return _CONTROLS.sub("\ufffd", text)


def printable_line(text: str) -> str:
    """`printable`, with a space for each line break and tab, for text that must not forge a line of its own."""
    return printable(_BREAKS.sub(" ", text))


def printable_json(document: str) -> str:
    """A JSON document with such characters as escapes: the same data, without control characters."""
    return _CONTROLS.sub(_escape, document)


def _escape(match: re.Match[str]) -> str:
    units = match[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


class SafeConsole(Console):
    """A rich console of printable text: tables, progress bars and live displays included."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            yield segment if segment.control else segment._replace(text=printable(segment.text))

"""Finds the chapters of a text by the lines that look like headings."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 1000
"""The most chapters of a text, since the result lists each. More heading-like lines are a list, and read as text."""

_MAX_TITLE_CHARACTERS = 100

_MARKDOWN = re.compile(r"#{1,6}[ \t]+(?P<title>.*?)[ \t#]*")
_WORD = r"(?:فصل|بخش|گفتار|chapter)"
# «اول», «یکم», «بیست و یکم», ۱۲, IV, one …
_NUMBER = (
    r"(?:[0-9۰-۹٠-٩]+|[ivxlc]+|اول|نخست|آخر|پایانی|(?:\w+ و ){0,2}\w+م"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty(?:-\w+)?)"
)
_NUMBERED = re.compile(rf"{_WORD}[ \u200c]+{_NUMBER}(?:[ ]*[.:،,\-–—ـ].*|[ ]+.*)?", re.IGNORECASE)
_BARE = re.compile(rf"{_WORD}[ \u200c]+{_NUMBER}[ ]*[.:]?", re.IGNORECASE)
_NAMED = re.compile(rf"{_WORD}(?:[ \u200c:]+.*)?", re.IGNORECASE)
_ENDS_A_SENTENCE = re.compile(r".*[.!?؟؛;…،,]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Chapter:
    """`title` is empty for text before the first heading and for pages without headings; `text` excludes the title."""

    title: str
    text: str


def split_chapters(text: str) -> list[Chapter]:
    """The chapters in order; a text without headings is one chapter.

    Form feeds split a text only if it has no headings: PDF extractors put one after every page.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").split("\n")
    heads = [(number, title) for number in range(len(lines)) if (title := _title(lines, number)) is not None]
    if not heads or len(heads) > MOST:
        pages = [page for page in text.split("\f") if page.strip()]
        return [Chapter("", page) for page in pages] if 1 < len(pages) <= MOST else [Chapter("", text)]
    before = Chapter("", "\n".join(lines[: heads[0][0]]))
    ends = [number for number, _ in heads[1:]] + [len(lines)]
    chapters = [
        Chapter(title, "\n".join(lines[start + 1 : end])) for (start, title), end in zip(heads, ends, strict=True)
    ]
    return [before, *chapters] if before.text.strip() else chapters


def _title(lines: list[str], number: int) -> str | None:
    """The title in the line, or None if it is no heading."""
    line = lines[number].strip()
    if len(line) > _MAX_TITLE_CHARACTERS:
        return None
    if (markdown := _MARKDOWN.fullmatch(line)) is not None:
        return markdown["title"] or None
    return line if _stands_alone(lines, number, line) else None


def _stands_alone(lines: list[str], number: int, line: str) -> bool:
    """Whether the line is a plain heading: after an empty line, without a number also before one, and no sentence."""
    first = number == 0 or not lines[number - 1].strip()
    if not first or _NAMED.fullmatch(line) is None:
        return False
    if _BARE.fullmatch(line):
        return True
    if _ENDS_A_SENTENCE.fullmatch(line):
        return False
    last = number + 1 == len(lines) or not lines[number + 1].strip()
    return last or _NUMBERED.fullmatch(line) is not None

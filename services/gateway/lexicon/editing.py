"""Changes the text of a lexicon line by line, so that comments, order and other words stay as they are. Pure."""

from __future__ import annotations

from shared.contracts.errors import NotFound, Validation
from shared.lines import lines_of
from shared.persian.lexicon import Lexicon, unify_entry
from shared.unicode import mend

_FORBIDDEN = frozenset("\t\r\n#")


def with_entry(text: str, word: str, reading: str) -> str:
    """The text with a new last line. Raises `Validation` with the parser's sentence, also for a word that is there."""
    line = _line(word, reading)
    return _checked(f"{text}\n{line}" if text and not text.endswith(("\n", "\r")) else text + line)


def with_reading(text: str, word: str, reading: str) -> str:
    """The text with another reading of the word, in its line; a word that is not there gets a line.

    Raises `Validation`.
    """
    new = _line(word, reading)
    lines = lines_of(text)
    number = _find(lines, word)
    if number is None:
        return with_entry(text, word, reading)
    _, comment, rest = lines[number].partition("#")
    lines[number] = new.rstrip("\n") + (f"  {comment}{rest}" if comment else "")
    return _checked(_joined(lines))


def without_entry(text: str, word: str) -> str:
    """The text without the line of the word. Raises `NotFound`, `Validation` if another line is invalid."""
    lines = lines_of(text)
    number = _find(lines, word)
    if number is None:
        raise NotFound(f"The lexicon has no “{word[:80]}”.")
    del lines[number]
    return _checked(_joined(lines))


def _line(word: str, reading: str) -> str:
    if _FORBIDDEN & {*word, *reading}:
        raise Validation("A word and its reading have no tabs, line breaks or #.")
    return f"{mend(word).strip()}\t{mend(reading).strip()}\n"


def _find(lines: list[str], word: str) -> int | None:
    sought = unify_entry(word)
    for number, line in enumerate(lines):
        content = line.removeprefix("\ufeff").partition("#")[0].strip()
        if content and unify_entry(content.partition("\t")[0]) == sought:
            return number
    return None


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _checked(text: str) -> str:
    Lexicon.parse(text)
    return text

"""Streams the items of a JSON document: `[item, …]`, or `{"data": [item, …], …}` with the keys in any order.

`json.load` holds the whole document as objects: 60 KB of packed `[],[],…` took 1.6 GB.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

from shared.contracts.errors import BadDataset
from shared.text.row import MAX_ROW

_MAX_ITEM = 4 * MAX_ROW
"""In characters. An article of SQuAD with all its questions has 300,000; as objects at most 100 MB."""
_BLOCK = 1 << 16
_SPACE = " \t\r\n"


def json_items(file: TextIO, name: str) -> Iterator[object]:
    """The items, each parsed for itself. Raises `BadDataset` at the first fault. `name`: of the file, for messages."""
    window = _Window(file, name)
    if window.skip("["):
        yield from _list(window)
    elif window.skip("{"):
        yield from _data(window)
    else:
        raise window.fault("it begins with neither a list nor an object")
    if window.peek():
        raise window.fault("there is text after its end")


def _data(window: _Window) -> Iterator[object]:
    found = False
    if not window.skip("}"):
        while True:
            key = window.value()
            if not isinstance(key, str) or not window.skip(":"):
                raise window.fault("a name is missing")
            if key == "data" and window.skip("["):
                found = True
                yield from _list(window)
            else:
                window.value()
            if window.skip("}"):
                break
            window.require(",")
    if not found:
        raise BadDataset(f"{window.name} is neither a list of objects nor in SQuAD's layout.")


def _list(window: _Window) -> Iterator[object]:
    if window.skip("]"):
        return
    while True:
        yield window.value()
        if window.skip("]"):
            return
        window.require(",")


class _Window:
    """A part of the text, which grows until it holds the next value."""

    def __init__(self, file: TextIO, name: str) -> None:
        self.name = name
        self._file = file
        self._text = ""
        self._at = 0
        self._decoder = json.JSONDecoder()

    def peek(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            self._text, self._at = self._file.read(_BLOCK), 0
            if not self._text:
                return ""

    def skip(self, character: str) -> bool:
        """Consume the character if it is the next. Returns whether it is."""
        found = self.peek() == character
        self._at += found
        return found

    def require(self, character: str) -> None:
        if not self.skip(character):
            raise self.fault(f"a “{character}” is missing")

    def value(self) -> object:
        """The next value. Raises `BadDataset` for invalid JSON and for an item that is too large."""
        self.peek()
        size = _BLOCK
        while True:
            complete = self._fill(size)
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if complete or isinstance(error, RecursionError):
                    raise self.fault(str(error)[:100]) from error
            else:
                # A number may continue after the window.
                if complete or end < len(self._text):
                    self._at = end
                    return value
            if size >= _MAX_ITEM:
                raise BadDataset(
                    f"{self.name} has an item of more than {_MAX_ITEM:,} characters.",
                    hint="Convert it to .jsonl, one row per line.",
                )
            size *= 4

    def fault(self, reason: str) -> BadDataset:
        return BadDataset(f"{self.name} is not JSON: {reason}.")

    def _fill(self, size: int) -> bool:
        """Read until `size` characters are ahead. Returns whether the file ends within them."""
        self._text, self._at = self._text[self._at :], 0
        if len(self._text) < size:
            self._text += self._file.read(size - len(self._text))
        return len(self._text) < size

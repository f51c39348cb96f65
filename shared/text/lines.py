"""Reads files with one row per line: .jsonl (.ndjson), and .txt with one text per line."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from shared.contracts.errors import BadDataset
from shared.text.opened import opened_text
from shared.text.row import MAX_ROW, Row, Unreadable
from shared.unicode import mend, mend_json

_NO_UTF8 = re.compile("[\udc80-\udcff]")


def read_jsonl(path: Path) -> Iterator[Row | Unreadable]:
    for number, line in read_lines(path):
        if not line.strip():
            continue
        try:
            values = json.loads(line)
        except (ValueError, RecursionError):
            yield Unreadable(path, number, "it is not JSON")
            continue
        if isinstance(values, dict):
            yield Row(path, number, {mend(key): mend_json(value) for key, value in values.items()})
        else:
            yield Unreadable(path, number, "it is not a JSON object")


def read_txt(path: Path) -> Iterator[Row | Unreadable]:
    """Rows with the one column `text`."""
    for number, line in read_lines(path):
        if line.strip():
            yield Row(path, number, {"text": line.strip()})


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, from 1. A line keeps its end (`\\n`, `\\r\\n` or `\\r`, see `shared/lines.py`).

    Raises `BadDataset` for a line that is too long or not UTF-8.
    """
    with opened_text(path) as file:
        number = 0
        while line := file.readline(MAX_ROW + 1):
            number += 1
            if len(line) > MAX_ROW:
                raise BadDataset(
                    f"Line {number} of {path.name} is longer than {MAX_ROW:,} characters.",
                    hint="Put one sample on a line.",
                )
            if not line.isascii() and _NO_UTF8.search(line):
                raise BadDataset(f"Line {number} of {path.name} is not UTF-8.", hint="Save it as UTF-8 and try again.")
            yield number, line

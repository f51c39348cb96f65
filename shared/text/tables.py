"""Reads tables with a header: .csv by RFC 4180, .tsv without quoting by IANA's text/tab-separated-values.

The translations of ParsiNLU and OPUS are .tsv files of two columns without a header. (ParsiNLU's were not checked: its
repository keeps them in Git LFS.) So a .tsv of two columns without a known name is read as one without a header.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from shared.contracts.errors import BadDataset
from shared.text.columns import KNOWN
from shared.text.kinds import suffix_of
from shared.text.lines import read_lines
from shared.text.row import MAX_ROW, Row, Unreadable

_MAX_COLUMNS = 1000
_HEADERLESS = ("source", "target")


def read_table(path: Path) -> Iterator[Row | Unreadable]:
    """Every row. Raises `BadDataset` for a table without a header, or with an unclosed quote."""
    tabs = suffix_of(path.name) == ".tsv"
    # A limit of the whole process, in which nothing else reads CSV; the default refuses a page of text.
    csv.field_size_limit(MAX_ROW)
    lines = _RowLines(path)
    reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE) if tabs else csv.reader(lines, strict=True)
    header: list[str] = []
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise BadDataset(
                f"Line {reader.line_num} of {path.name} cannot be read: {error}.", hint="Check for an unclosed quote."
            ) from error
        if cells is None:
            return
        lines.start_row()
        if not any(cell.strip() for cell in cells):
            continue
        if header:
            yield _row(path, reader.line_num, header, cells)
            continue
        header = _header(path, cells)
        if tabs and len(header) == 2 and not {name.lower() for name in header} & KNOWN:
            header = list(_HEADERLESS)
            yield _row(path, reader.line_num, header, cells)


class _RowLines:
    """The lines for the reader, which joins those of a quoted cell. Raises `BadDataset` for a row that is too long."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lines = read_lines(path)
        self._row = 0

    def __iter__(self) -> _RowLines:
        return self

    def __next__(self) -> str:
        number, line = next(self._lines)
        self._row += len(line)
        if self._row > MAX_ROW:
            raise BadDataset(
                f"The row that ends in line {number} of {self._path.name} is longer than {MAX_ROW:,} characters.",
                hint="Check for an unclosed quote.",
            )
        return line

    def start_row(self) -> None:
        self._row = 0


def _header(path: Path, cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if len(names) > _MAX_COLUMNS or len(set(names)) != len(names):
        raise BadDataset(f"The first line of {path.name} is not a header: too many columns, or two with one name.")
    return names


def _row(path: Path, number: int, header: list[str], cells: list[str]) -> Row | Unreadable:
    if len(cells) != len(header):
        return Unreadable(path, number, f"it has {len(cells)} columns, the header has {len(header)}")
    return Row(path, number, dict(zip(header, cells, strict=True)))

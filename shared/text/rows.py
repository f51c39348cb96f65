"""Reads the rows of one untrusted file: the size of a row is limited, and errors name the file and the line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shared.contracts.errors import BadDataset
from shared.text.kinds import suffix_of
from shared.text.row import Row, Unreadable


def read_rows(path: Path) -> Iterator[Row | Unreadable]:
    """Every row, streamed. Raises `BadDataset` if the file cannot be read."""
    try:
        yield from _READERS[suffix_of(path.name) or ""](path)
    except OSError as error:
        raise BadDataset(f"{path.name} cannot be read: {error.strerror or error}.") from error


def _lines(path: Path) -> Iterator[Row | Unreadable]:
    from shared.text import lines

    return lines.read_txt(path) if suffix_of(path.name) == ".txt" else lines.read_jsonl(path)


def _table(path: Path) -> Iterator[Row | Unreadable]:
    from shared.text import tables

    return tables.read_table(path)


def _columnar(path: Path) -> Iterator[Row | Unreadable]:
    # Imported late: pyarrow takes 40 MB, and the scanner needs it only for uploads of this kind.
    from shared.text import columnar

    return columnar.read_columnar(path)


def _json(path: Path) -> Iterator[Row | Unreadable]:
    from shared.text import squad

    return squad.read_json(path)


_READERS = {
    ".jsonl": _lines,
    ".ndjson": _lines,
    ".txt": _lines,
    ".csv": _table,
    ".tsv": _table,
    ".parquet": _columnar,
    ".arrow": _columnar,
    ".json": _json,
}

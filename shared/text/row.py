"""A row of a text dataset, and a row that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.errors import BadDataset

MAX_ROW = 1 << 20
"""The limit of a row in every format, in characters (and values): about a Persian book."""

Value = object
"""A JSON value: str, int, float, bool, None, and lists and dicts of these."""


@dataclass(frozen=True, slots=True)
class Row:
    """`number`: the line in the file, from 1; for parquet, arrow and JSON the row."""

    file: Path
    number: int
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that cannot be parsed. The rows after it can still be read."""

    file: Path
    number: int
    why: str

    def error(self) -> BadDataset:
        return BadDataset(f"Line {self.number} of {self.file.name} cannot be read: {self.why}.")

"""What an uploaded text dataset holds. Stricter than training: whoever uploads is there to mend it."""

from __future__ import annotations

from pathlib import Path

from shared.contracts.errors import BadDataset
from shared.files.manifest import DatasetStatistics
from shared.text.folders import data_files
from shared.text.row import Unreadable, Value
from shared.text.rows import read_rows


def examine(root: Path, name: str | None = None) -> DatasetStatistics:
    """Read the whole dataset once; `name` is its own, where the folder has another.

    Raises `BadDataset` that names the file and the row that cannot be read.
    A row without any text is skipped and counted; none at all with one is an error.
    """
    items = characters = skipped = 0
    files = data_files(root, name)
    for path in (*files.train, *files.validation, *files.test):
        for row in read_rows(path):
            if isinstance(row, Unreadable):
                raise row.error()
            length = sum(_length(value) for value in row.values.values())
            items, skipped = (items + 1, skipped) if length else (items, skipped + 1)
            characters += length
    if not items:
        names = ", ".join(path.name for path in files.train[:5])
        raise BadDataset(f"There is no row with a text in {names}.")
    return DatasetStatistics(format="text", items=items, characters=characters, skipped=skipped)


def _length(value: Value) -> int:
    """Characters of the texts in a value, without the space around them."""
    if isinstance(value, str):
        return len(value.strip())
    if isinstance(value, list):
        return sum(_length(item) for item in value)
    return sum(_length(item) for item in value.values()) if isinstance(value, dict) else 0

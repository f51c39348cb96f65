"""Checks an uploaded text dataset and counts its rows. Stricter than training, because the uploader can correct it."""

from __future__ import annotations

from pathlib import Path

from shared.contracts.errors import BadDataset
from shared.files.manifest import DatasetStatistics
from shared.text.folders import data_files
from shared.text.row import Unreadable, Value
from shared.text.rows import read_rows


def examine(root: Path, name: str | None = None) -> DatasetStatistics:
    """Read the whole dataset once. `name`: of the dataset, for messages.

    A row without text is skipped and counted. Raises `BadDataset` for an unreadable row, with its file and number, and
    if no row has a text.
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
    """The number of characters of the texts in a value, without surrounding space."""
    if isinstance(value, str):
        return len(value.strip())
    if isinstance(value, list):
        return sum(_length(item) for item in value)
    return sum(_length(item) for item in value.values()) if isinstance(value, dict) else 0

"""Reads JSON files: SQuAD's nested layout, as in ParsiNLU's `reading_comprehension/*.json`, or a list of objects.

{"data": [{"paragraphs": [{"context": …, "qas": [{"question": …, "answers": [{"text": …}]}]}]}]}
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shared.text.json_items import json_items
from shared.text.opened import opened_text
from shared.text.row import Row, Unreadable, Value
from shared.unicode import mend_json


def read_json(path: Path) -> Iterator[Row | Unreadable]:
    """Every row, streamed. Raises `BadDataset` for a file that is not JSON, or in neither layout."""
    number = 0
    with opened_text(path) as file:
        for item in json_items(file, path.name):
            for values in _flat(mend_json(item)):
                number += 1
                yield (
                    Row(path, number, values) if values is not None else Unreadable(path, number, "it is not an object")
                )


def _flat(item: Value) -> Iterator[dict[str, Value] | None]:
    if not isinstance(item, dict):
        yield None
    elif "paragraphs" not in item:
        yield item
    else:
        for paragraph in _dicts(item["paragraphs"]):
            for question in _dicts(paragraph.get("qas")):
                yield {**question, "context": paragraph.get("context")}


def _dicts(value: Value) -> list[dict[str, Value]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []

"""Reads JSON files: SQuAD's nested layout, as in ParsiNLU's `reading_comprehension/*.json`, or a list of objects.

{"data": [{"paragraphs": [{"context": …, "qas": [{"question": …, "answers": [{"text": …}]}]}]}]}
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from shared.contracts.errors import BadDataset
from shared.text.opened import opened_bytes
from shared.text.row import Row, Unreadable, Value
from shared.unicode import mend_json

# JSON cannot be streamed. SQuAD 2.0 has 42 MB, its Persian translations 90 MB.
_MAX_BYTES = 256 << 20


def read_json(path: Path) -> Iterator[Row | Unreadable]:
    """Every row. Raises `BadDataset` for a file that is not JSON, too large, or in neither layout."""
    with opened_bytes(path) as file:
        packed = file.read(_MAX_BYTES + 1)
    if len(packed) > _MAX_BYTES:
        raise BadDataset(
            f"{path.name} is larger than {_MAX_BYTES:,} bytes.", hint="Convert it to .jsonl, one row per line."
        )
    try:
        content = mend_json(json.loads(packed))
    except (ValueError, RecursionError) as error:
        raise BadDataset(f"{path.name} is not JSON: {str(error)[:100]}.") from error
    if isinstance(content, dict) and isinstance(content.get("data"), list):
        content = content["data"]
    if not isinstance(content, list):
        raise BadDataset(f"{path.name} is neither a list of objects nor in SQuAD's layout.")
    number = 0
    for item in content:
        for values in _flat(item):
            number += 1
            yield Row(path, number, values) if values is not None else Unreadable(path, number, "it is not an object")


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

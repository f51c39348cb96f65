"""Bounded reads of untrusted files, without exceptions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from shared.contracts.errors import UnsafeCheckpoint
from shared.files.tensors import read_tensors

# The largest known config.json (tokenizers excluded) has 200 kB.
_MAX_JSON = 4 * 1024 * 1024
# The index of the largest open models' shards has 9 MB.
MAX_INDEX = 32 * 1024 * 1024
# That index has 100,000 entries. Empty lists take twenty times their bytes as objects.
_MAX_VALUES = 500_000
_SEPARATORS = (b",", b"[", b"{")

Json = Mapping[str, object]


def read_json(path: Path, limit: int = _MAX_JSON) -> Json | None:
    """The object in the file; None if it is too large, has too many values, is invalid or not an object."""
    try:
        if path.stat().st_size > limit:
            return None
        raw = path.read_bytes()
        if sum(map(raw.count, _SEPARATORS)) > _MAX_VALUES:
            return None
        content = json.loads(raw)
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def read_head(path: Path, count: int) -> bytes:
    """The first `count` bytes; empty if the file cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(count)
    except OSError:
        return b""


def is_complete_safetensors(path: Path) -> bool:
    """Whether the file holds all tensors of its header."""
    try:
        read_tensors(path)
    except UnsafeCheckpoint:
        return False
    return True

"""Bounded reads of untrusted files, without exceptions."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

# The largest known config.json (tokenizers excluded) has 200 kB.
_MAX_JSON = 4 * 1024 * 1024
# The index of the largest open models' shards has 9 MB.
MAX_INDEX = 32 * 1024 * 1024
# The format's own limit of a header (safetensors, README "Format").
_MAX_HEADER = 100_000_000

Json = Mapping[str, object]


def read_json(path: Path, limit: int = _MAX_JSON) -> Json | None:
    """The object in the file; None if it is too large, invalid or not an object."""
    try:
        if path.stat().st_size > limit:
            return None
        content = json.loads(path.read_bytes())
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
    """Whether the file has the length in its header: 8 bytes of header length, a JSON header, the tensors."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            length = int.from_bytes(file.read(8), "little")
            if not 2 <= length <= min(_MAX_HEADER, size - 8):
                return False
            header = json.loads(file.read(length))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        return bool(size == 8 + length + max(ends, default=0))
    except (OSError, ValueError, RecursionError, AttributeError, LookupError, TypeError):
        return False

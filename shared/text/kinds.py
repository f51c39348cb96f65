"""Which files hold texts, told by their names: `.jsonl` as well as `.ndjson` and `.jsonl.gz`."""

from __future__ import annotations

from pathlib import PurePosixPath

SUFFIXES = (".jsonl", ".ndjson", ".txt", ".csv", ".tsv", ".parquet", ".arrow", ".json")
"""Best first: of two files that differ by nothing else, the earlier one counts."""
_GZIP = ".gz"
_NEVER_GZIPPED = frozenset({".parquet", ".arrow"})  # they are compressed inside


def suffix_of(name: str) -> str | None:
    """The one of `SUFFIXES` that says how to read a file; None for what holds no texts."""
    path = PurePosixPath(name.lower())
    packed = path.suffix == _GZIP
    suffix = PurePosixPath(path.stem).suffix if packed else path.suffix
    return suffix if suffix in SUFFIXES and not (packed and suffix in _NEVER_GZIPPED) else None


def stem_of(name: str) -> str:
    """The name without the endings that say how to read it."""
    path = PurePosixPath(name)
    return PurePosixPath(path.stem).stem if path.suffix.lower() == _GZIP else path.stem

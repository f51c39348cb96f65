"""Recognizes text files by their names, such as `.jsonl`, `.ndjson` and `.jsonl.gz`."""

from __future__ import annotations

from pathlib import PurePosixPath

SUFFIXES = (".jsonl", ".ndjson", ".txt", ".csv", ".tsv", ".parquet", ".arrow", ".json")
"""In order of preference: of two files with the same stem, the one with the earlier suffix is read."""
_GZIP = ".gz"
_NEVER_GZIPPED = frozenset({".parquet", ".arrow"})  # they are compressed inside


def suffix_of(name: str) -> str | None:
    """The suffix of a file, one of `SUFFIXES`; None if it is not a text file."""
    path = PurePosixPath(name.lower())
    packed = path.suffix == _GZIP
    suffix = PurePosixPath(path.stem).suffix if packed else path.suffix
    return suffix if suffix in SUFFIXES and not (packed and suffix in _NEVER_GZIPPED) else None


def stem_of(name: str) -> str:
    """The name without its suffixes."""
    path = PurePosixPath(name)
    return PurePosixPath(path.stem).stem if path.suffix.lower() == _GZIP else path.stem

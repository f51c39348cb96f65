"""The names of a partial file and its journal: `<name>.sokhan-part` and `<name>.sokhan-part.journal`.

A name that is too long is shortened and gets a digest of the full name; the journal then records the full name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

from shared.files.layout import NAME_BYTES, shorten

# No file of a repository may end like this (the Hub client refuses it). `.part` alone is a name that people use.
PART = ".sokhan-part"
JOURNAL = ".sokhan-part.journal"
# A new journal has the prefix `.` and the suffix `.tmp`.
_MAX_STEM_BYTES = NAME_BYTES - len(f".{JOURNAL}.tmp")
_DIGEST = 32
_CUT = re.compile(rf"~[0-9a-f]{{{_DIGEST}}}$")
_NAME = "name "
_HEADER_BYTES = 4096  # a name of 255 bytes takes 765 when it is quoted


def part_paths(target: Path) -> tuple[Path, Path]:
    """The partial file of `target`, and its journal."""
    stem = _stem(target.name)
    return target.with_name(stem + PART), target.with_name(stem + JOURNAL)


def name_line(target: Path) -> str | None:
    """The journal's line for a shortened name; None for a name that fits."""
    return None if _stem(target.name) == target.name else f"{_NAME}{quote(target.name, safe='')}"


def is_name_line(line: bytes) -> bool:
    return line.startswith(_NAME.encode())


def partial_targets(folder: Path) -> Iterator[Path]:
    """The final paths of the partial files below `folder`; without a journal, the shortened path."""
    found = {path.with_name(path.name.removesuffix(PART)) for path in folder.rglob(f"*{PART}")}
    found |= {path.with_name(path.name.removesuffix(JOURNAL)) for path in folder.rglob(f"*{JOURNAL}")}
    for path in sorted(found):
        yield path.with_name(_full_name(path) or path.name)


def _stem(name: str) -> str:
    if len(name.encode(errors="surrogateescape")) <= _MAX_STEM_BYTES:
        return name
    digest = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()[:_DIGEST]
    return f"{shorten(name, _MAX_STEM_BYTES - _DIGEST - 1)}~{digest}"


def _full_name(stem: Path) -> str | None:
    if not _CUT.search(stem.name):
        return None
    try:
        with stem.with_name(stem.name + JOURNAL).open("rb") as journal:
            lines = journal.read(_HEADER_BYTES).split(b"\n")[:3]
    except OSError:
        return None
    names = [unquote(line.decode("ascii", "replace").removeprefix(_NAME)) for line in lines if is_name_line(line)]
    return names[0] if names and "/" not in names[0] and _stem(names[0]) == stem.name else None

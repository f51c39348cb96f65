"""The rows of LJSpeech's `metadata.csv`: `id|text` or `id|text|normalized text`, with or without a header.

    u1|متن                    an id, which is the name or the path of a recording
    u1|متن|                   an empty last column is ignored
    u1|اول | دوم              a bar with spaces around it is part of the text
    u1 | متن                  unless the bar after the id has them as well
    file_name|متن|گوینده      a header may have any names; known names identify their columns

Without a known name, the text is the last column with a Persian letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from shared.contracts.errors import BadDataset
from shared.files.layout import safe_relative
from shared.persian.letters import has_letter, unify_letters
from shared.persian.speakable import speakable

METADATA = "metadata.csv"
MAX_LINE = 10_000  # characters; a sentence of an hour has less
_MAX_COLUMNS = 3  # without a header that names further columns
_IN_TEXT = re.compile(r"(?<=\s)\|(?=\s)")
_BAR = "\x00"  # replaces a bar that is part of a text; a text file has no NUL
_IDS = (
    "id", "file_name", "filename", "file", "path", "audio", "audio_file", "audio_path", "wav", "wav_file",
    "wav_filename", "name", "utt_id", "utterance_id", "شناسه", "فایل", "نام", "صدا",
)  # fmt: skip
_TEXTS = (
    "normalized_text", "normalized", "normalized_transcription", "text", "sentence", "transcription", "transcript",
    "متن", "جمله",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MetadataRow:
    """`number` is the line in the file, from 1."""

    number: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class _Columns:
    """Column indices; `text` is None if the header does not name it."""

    id: int = 0
    text: int | None = None
    count: int = 0


def metadata_rows(lines: Iterable[str], exists: Callable[[str], bool]) -> Iterator[MetadataRow]:
    """Every row. `exists`: whether an id names a recording. Raises `BadDataset` at the first invalid row."""
    columns = _Columns()
    seen: set[str] = set()
    first = True
    for number, ended in enumerate(lines, start=1):
        if not (line := ended.rstrip("\r\n")).strip():
            continue
        if len(line) > MAX_LINE:
            raise _no_row(number, line)
        cells = _cells(line)
        if first and _is_header(cells, exists):
            columns = _named(cells)
        else:
            row = _row(number, line, cells, columns)
            if safe_relative(row.id) is None or row.id in seen:
                raise BadDataset(f"Line {number} of {METADATA}: the id “{row.id[:60]}” is empty, unsafe or used twice.")
            seen.add(row.id)
            yield row
        first = False
    if not seen:
        raise BadDataset(f"{METADATA} has no rows.")


def looks_like_metadata(line: str) -> bool:
    """Whether the first line of a file has LJSpeech's bars, and is not of a table with commas."""
    return len(_cells(line)) > 1


def _cells(line: str) -> list[str]:
    before, bar, after = line.partition("|")
    if bar and not (before[-1:].isspace() and after[:1].isspace()):
        line = before + bar + _IN_TEXT.sub(_BAR, after)
    return [cell.replace(_BAR, "|").strip() for cell in line.split("|")]


def _is_header(cells: Sequence[str], exists: Callable[[str], bool]) -> bool:
    if len(cells) < 2 or safe_relative(cells[0]) is None or exists(cells[0]):
        return False
    # A row without a Persian letter is skipped in any case, so nothing is lost if it is no header.
    known = any(_name(cell) in (*_IDS, *_TEXTS) for cell in cells)
    return known or not any(speakable(cell) for cell in cells[1:])


def _named(cells: Sequence[str]) -> _Columns:
    names = [_name(cell) for cell in cells]
    id_ = next((names.index(name) for name in _IDS if name in names), 0)
    text = next((names.index(name) for name in _TEXTS if name in names and names.index(name) != id_), None)
    return _Columns(id_, text, len(cells))


def _name(cell: str) -> str:
    return cell.strip().casefold().replace(" ", "_").replace("-", "_")


def _row(number: int, line: str, cells: list[str], columns: _Columns) -> MetadataRow:
    if not 2 <= len(cells) <= max(_MAX_COLUMNS, columns.count) or columns.id >= len(cells):
        raise _no_row(number, line)
    id_ = unicodedata.normalize("NFC", cells[columns.id])
    if columns.text is not None and columns.text < len(cells) and cells[columns.text]:
        return MetadataRow(number, id_, cells[columns.text])
    rest = [cell for index, cell in enumerate(cells) if index != columns.id and cell]
    persian = [cell for cell in rest if has_letter(unify_letters(cell))]
    return MetadataRow(number, id_, (persian or rest or [""])[-1])


def _no_row(number: int, line: str) -> BadDataset:
    return BadDataset(f"Line {number} of {METADATA} is not “id|text”.", hint=f"It begins: {line[:60]}")

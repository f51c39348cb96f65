"""Reads a dataset in Common Voice's layout: tables (client_id, path, sentence, …) and a folder `clips/`.

The layout is that of Mozilla's archives since version 5: one header line, tab-separated, clips as mp3.
`validated.tsv` has every validated sentence; `train.tsv` is a part of it, and may be empty.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from shared.audio.recording_info import UnreadableRecording
from shared.audio.recordings import measure
from shared.contracts.errors import BadDataset
from shared.files.layout import safe_relative
from shared.files.located import Recordings
from shared.files.utterances import Utterance
from shared.lines import bounded_lines

CLIPS = "clips"
TABLES = ("validated.tsv", "train.tsv", "other.tsv")
"""In order of preference; the first with a row is read."""
_NEEDED = ("client_id", "path", "sentence")
_MAX_FIELD = 10_000  # characters; a sentence to read aloud has a hundred
_MAX_LINE = 64 << 10  # characters, of a row
_NAME = 12  # of a client id's 128 hex digits: enough to tell 100,000 speakers apart


@dataclass(frozen=True, slots=True)
class ClipRow:
    """`number` is the line in the table; `path` is the clip's, as the table has it."""

    number: int
    speaker: str
    path: str
    sentence: str

    @property
    def broken(self) -> bool:
        return safe_relative(self.path) is None or len(self.sentence) > _MAX_FIELD


def table_of(root: Path) -> Path:
    """The table to read: the first of `TABLES` that has a row."""
    existing = [path for name in TABLES if (path := root / name).is_file()]
    return next(filter(_has_rows, existing), existing[0] if existing else root / TABLES[0])


def is_table(path: Path) -> bool:
    """Whether the first line names Common Voice's columns. Blocking."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        return set(_NEEDED) <= set(file.readline(_MAX_FIELD).rstrip("\r\n").split("\t"))


def read_common_voice(root: Path) -> Iterator[Utterance | str]:
    """Every row, as an utterance or as the reason why it is unusable: large collections always have such rows.

    Raises `BadDataset` if the table cannot be read.
    """
    recordings = Recordings(root, CLIPS)
    for row in common_voice_rows(root):
        yield _read(recordings, row)


def common_voice_rows(root: Path) -> Iterator[ClipRow]:
    """Every row, without opening its clip. Raises `BadDataset` if the table cannot be read."""
    table = table_of(root)
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(bounded_lines(file, _MAX_LINE), delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
            if missing:
                raise BadDataset(
                    f"{table.name} has no column {missing[0]}.", hint=f"It needs {', '.join(_NEEDED)}, split by tabs."
                )
            for row in rows:
                client, path, sentence = (row[name] or "" for name in _NEEDED)
                yield ClipRow(rows.line_num, client[:_NAME], path, sentence.strip())
            if rows.line_num < 2:
                raise BadDataset(f"{table.name} has no rows.")
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadDataset(
            f"{table.name} cannot be read: {error}.", hint="It is a table in UTF-8, split by tabs."
        ) from error


def _has_rows(table: Path) -> bool:
    """Whether a non-empty line follows the header."""
    with table.open(encoding="utf-8", errors="replace", newline="") as file:
        return any(line.strip() for line in islice(bounded_lines(file, _MAX_LINE), 1, 100))


def _read(recordings: Recordings, row: ClipRow) -> Utterance | str:
    if row.broken:
        return "with a broken row"
    audio = recordings.find(row.path)
    if audio is None:
        return "whose clip is missing"
    try:
        sound = measure(audio)
    except UnreadableRecording:
        return "without audio that can be read"
    if not sound.seconds:
        return "with empty audio"
    return Utterance(row.path, row.sentence, audio, sound.seconds, sound.sample_rate, row.speaker)

"""Reads a page of rows, and the figures of a dataset. Functions for the sandbox."""

from __future__ import annotations

import time
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from shared.audio.recording_info import RecordingInfo
from shared.contracts.errors import BadDataset
from shared.persian.frontend import Frontend
from shared.persian.speakable import speakable
from shared.preview.characters import most_frequent
from shared.preview.histogram import histogram
from shared.preview.models import (
    MAX_ROWS,
    MAX_TEXT,
    DatasetFigures,
    FiguresRequest,
    PreviewPage,
    PreviewRequest,
    RateCount,
    RowPreview,
    SpeakerCount,
)
from shared.preview.rows import DatasetRow, open_rows
from shared.text import Value

_COLUMNS, _CELL, _CELLS = 12, 200, 800
# Each takes about 100 bytes of memory.
_MAX_SPEAKERS = 100_000
_SHOWN_SPEAKERS = 100


class _Ended:
    """Iterates rows until a `BadDataset`, whose message is then in `problem`."""

    def __init__(self, rows: Iterator[DatasetRow]) -> None:
        self._rows = rows
        self.problem: str | None = None

    def __iter__(self) -> Iterator[DatasetRow]:
        try:
            yield from self._rows
        except BadDataset as error:
            self.problem = error.message


def read_page(request: PreviewRequest) -> PreviewPage:
    """Rows from `offset`. Only their own recordings are opened. Raises `BadDataset`."""
    dataset = open_rows(request.root)
    rows = _Ended(dataset.rows)
    frontend = Frontend()
    end = request.offset + request.limit
    found = list(islice(rows, request.offset, end + 1))
    shown = [
        _preview(index, row, request.root, frontend, speech=dataset.speech)
        for index, row in enumerate(found[: request.limit], start=request.offset)
    ]
    return PreviewPage(format=dataset.format, rows=tuple(shown), more=len(found) > request.limit, problem=rows.problem)


def _preview(index: int, row: DatasetRow, root: Path, frontend: Frontend, *, speech: bool) -> RowPreview:
    seen = _examined(row, speech=speech)
    text, info = row.text[:MAX_TEXT], seen.sound
    return RowPreview(
        index=index,
        line=row.line,
        file=row.file,
        id=row.id,
        text=text,
        normalized=frontend.normalize(text)[:MAX_TEXT] if text else None,
        speaker=row.speaker,
        seconds=round(info.seconds, 3) if info else None,
        sample_rate=info.sample_rate if info else None,
        audio=row.audio.relative_to(root).as_posix() if row.audio and info else None,
        values=_cut(row.values),
        problem=seen.problem,
    )


@dataclass(frozen=True, slots=True)
class _Examined:
    """`sound` is None without a readable recording; `problem` says why training skips the row."""

    sound: RecordingInfo | None
    problem: str | None


def _examined(row: DatasetRow, *, speech: bool) -> _Examined:
    """Opens the row's recording. Training on texts does not, so that there it may be broken."""
    sound = row.measured() if row.audio is not None else None
    problem = row.problem
    if isinstance(sound, str):
        problem, sound = problem or (sound if speech else None), None
    if not problem and not any(text.strip() for text in _texts_of(row)):
        problem = "it has no text"
    if not problem and speech and not speakable(row.text):
        problem = "its text has no Persian letter"
    return _Examined(sound, problem)


def _cut(values: Mapping[str, Value]) -> dict[str, str]:
    shown: dict[str, str] = {}
    left = _CELLS
    for name, value in islice(values.items(), _COLUMNS):
        cell = value if isinstance(value, str) else "" if value is None else str(value)
        shown[name[:60]] = cell[: min(_CELL, left)]
        left -= len(shown[name[:60]])
    return shown


@dataclass(slots=True)
class _Counts:
    """Bounded by `MAX_ROWS` and the number of characters that Unicode has."""

    skipped: int = 0
    seconds: array[float] = field(default_factory=lambda: array("f"))
    lengths: array[int] = field(default_factory=lambda: array("I"))
    characters: Counter[str] = field(default_factory=Counter)
    rates: Counter[int] = field(default_factory=Counter)
    speakers: Counter[str] = field(default_factory=Counter)

    def add(self, row: DatasetRow, *, speech: bool) -> None:
        seen = _examined(row, speech=speech)
        if seen.problem:
            self.skipped += 1
            return
        texts = list(_texts_of(row))
        self.lengths.append(sum(map(len, texts)))
        for text in texts:
            self.characters.update(text)
        if seen.sound is not None:
            self.seconds.append(seen.sound.seconds)
            self.rates[seen.sound.sample_rate] += 1
        if row.speaker and (row.speaker in self.speakers or len(self.speakers) < _MAX_SPEAKERS):
            self.speakers[row.speaker] += 1


def read_figures(request: FiguresRequest) -> DatasetFigures:
    """The figures of at most `MAX_ROWS` rows. Raises `BadDataset`."""
    return count_figures(request)


def count_figures(request: FiguresRequest, clock: Callable[[], float] = time.monotonic) -> DatasetFigures:
    """`read_figures` with a clock, in seconds: the sandbox calls functions of one argument."""
    deadline = clock() + request.seconds
    dataset = open_rows(request.root)
    counts, rows, truncated = _Counts(), _Ended(dataset.rows), False
    for index, row in enumerate(rows):
        if index >= MAX_ROWS or clock() > deadline:
            truncated = True
            break
        counts.add(row, speech=dataset.speech)
    return DatasetFigures(
        format=dataset.format,
        rows=len(counts.lengths),
        skipped=counts.skipped,
        truncated=truncated,
        hours=round(sum(counts.seconds) / 3600, 6) if counts.seconds else None,
        characters=sum(counts.lengths),
        durations=histogram(counts.seconds) if counts.seconds else None,
        text_lengths=histogram(counts.lengths, whole=True),
        character_counts=most_frequent(counts.characters),
        sample_rates=tuple(RateCount(sample_rate=rate, rows=count) for rate, count in counts.rates.most_common()),
        speakers=tuple(
            SpeakerCount(speaker=name, rows=count) for name, count in counts.speakers.most_common(_SHOWN_SPEAKERS)
        ),
        speaker_count=len(counts.speakers),
        problem=rows.problem,
    )


def _texts_of(row: DatasetRow) -> Iterator[str]:
    """The texts that are counted: of speech the transcript, of a text dataset those of all columns."""
    if not row.values:
        yield row.text
        return
    pending: list[Value] = list(row.values.values())
    while pending:
        value = pending.pop()
        if isinstance(value, str):
            yield value.strip()
        elif isinstance(value, list):
            pending.extend(value)
        elif isinstance(value, dict):
            pending.extend(value.values())

"""The messages between the gateway and the sandboxed reader of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.wire import Wire

MAX_ROWS = 1_000_000
"""Rows that the figures count."""
MAX_PAGE = 100
MAX_TEXT = 600
"""Characters of a text in a row; a longer one is cut."""
CharacterKind = Literal["letter", "sign", "digit", "space", "punctuation", "variant", "latin", "other"]


class PreviewRequest(BaseModel):
    model_config = ConfigDict(frozen=True)

    root: Path
    offset: int
    limit: int


class FiguresRequest(BaseModel):
    """`seconds`: after this time the figures are those of the rows so far."""

    model_config = ConfigDict(frozen=True)

    root: Path
    seconds: float


class RowPreview(Wire):
    """`text` and `normalized` are cut after 600 characters; `values` are a text dataset's columns, cut too."""

    index: int = Field(description="from 0")
    line: int = Field(description="in the file; of Parquet, Arrow and JSON the row")
    file: str | None = Field(None, description="of a text dataset with several files")
    id: str | None = Field(None, description="of the recording")
    text: str = ""
    normalized: str | None = Field(None, description="what a voice would read")
    speaker: str | None = None
    seconds: float | None = None
    sample_rate: int | None = Field(None, description="Hz")
    audio: str | None = Field(None, description="where the recording is")
    values: dict[str, str] = Field(default_factory=dict)
    problem: str | None = Field(None, description="why training skips this row")


class PreviewPage(BaseModel):
    """`problem`: why the rows end early; `more`: whether others follow. `audio` of a row is its path in the folder."""

    format: str
    rows: tuple[RowPreview, ...]
    more: bool
    problem: str | None = None


class Histogram(Wire):
    """`counts[i]` values lie between `edges[i]` and `edges[i + 1]`. The last bin holds all outliers."""

    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()


class CharacterCount(Wire):
    character: str
    code: str = Field(examples=["U+06CC"])
    count: int
    kind: CharacterKind
    persian: bool = Field(description="false for Arabic forms (“ي”), Latin letters and other scripts")


class SpeakerCount(Wire):
    speaker: str
    rows: int


class RateCount(Wire):
    sample_rate: int = Field(description="Hz")
    rows: int


class DatasetFigures(Wire):
    """Of the rows that training can use. `truncated`: the dataset has more than were read."""

    format: str
    rows: int
    skipped: int
    truncated: bool
    hours: float | None = None
    characters: int
    durations: Histogram | None = Field(None, description="seconds of a recording")
    text_lengths: Histogram = Field(description="characters of a text")
    character_counts: tuple[CharacterCount, ...] = Field(description="the 200 most frequent, most frequent first")
    sample_rates: tuple[RateCount, ...] = ()
    speakers: tuple[SpeakerCount, ...] = Field((), description="the 100 with the most rows")
    speaker_count: int = 0
    problem: str | None = Field(None, description="why the rows end early")

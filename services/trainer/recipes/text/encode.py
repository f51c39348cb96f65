"""The interface of encoders, which turn rows into tokens, and the encoding of files, one small batch at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from services.trainer.recipes.text.features import Writer
from shared.contracts.errors import BadDataset
from shared.text import Row, Unreadable, read_rows

Sample = Mapping[str, Sequence[int] | bytes]
_BATCH = 512
# A corpus from the web has some broken rows; a file with more than this share of them has another format.
_BROKEN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a row. `rest`: the accepted outputs of a seq2seq row; `label`: the label's number."""

    first: str
    second: str | None = None
    rest: tuple[str, ...] = ()
    label: int = 0


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """The samples of one row; `changed`: how the row was changed, such as truncated."""

    samples: tuple[Sample, ...]
    changed: str | None = None


class RowEncoder(Protocol):
    @property
    def fields(self) -> tuple[str, ...]:
        """The names of a sample's fields."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels so far; empty for a task without labels."""

    def training_read(self) -> None:
        """Call this between the training and the validation rows: the latter cannot add labels."""

    def settings(self) -> Mapping[str, object]:
        """All inputs of the encoding except the data and the tokenizer."""

    def take(self, row: Row) -> Texts | str:
        """The row's texts, or the reason for leaving it out. Raises `BadDataset` for a file without the column."""

    def encode(self, texts: Sequence[Texts]) -> Iterable[EncodedRow | str]:
        """The samples of each text, or the reason for leaving it out."""


@dataclass(slots=True)
class EncodingCounts:
    count: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)


def encode_files(paths: Sequence[Path], folder: Path, encoder: RowEncoder) -> EncodingCounts:
    """Write the features of all rows. Returns the counts. Raises `BadDataset`, `OSError`."""
    counts = EncodingCounts()
    with Writer(folder, encoder.fields) as writer:
        for path in paths:
            for batch in _batched(path, encoder, counts):
                for encoded in encoder.encode(batch):
                    if isinstance(encoded, str):
                        counts.dropped[encoded] += 1
                        continue
                    if encoded.changed is not None:
                        counts.changed[encoded.changed] += 1
                    for sample in encoded.samples:
                        writer.add(sample)
        counts.count = writer.count
    return counts


def _batched(path: Path, encoder: RowEncoder, counts: EncodingCounts) -> Iterator[list[Texts]]:
    batch: list[Texts] = []
    rows = broken = 0
    first: Unreadable | None = None
    for row in read_rows(path):
        rows += 1
        if isinstance(row, Unreadable):
            broken, first = broken + 1, first or row
            counts.dropped["that cannot be read"] += 1
            continue
        texts = encoder.take(row)
        if isinstance(texts, str):
            counts.dropped[texts] += 1
            continue
        batch.append(texts)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
    if first is not None and broken > _BROKEN_SHARE * rows:
        raise BadDataset(
            f"{broken:,} of {rows:,} rows of {path.name} cannot be read; the first is line {first.number}: {first.why}."
        )

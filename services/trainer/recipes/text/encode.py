"""Rows to tokens: what an encoder is, and how files are run through one. Nothing but a small batch is in memory."""

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
# A corpus from the web has a broken row here or there; a file of broken rows is not what its name says.
_BROKEN_SHARE = 0.5


@dataclass(frozen=True, slots=True)
class Texts:
    """What an encoder takes out of a row. `rest` is its own: a label's number, or what may be answered."""

    first: str
    second: str | None = None
    rest: tuple[str, ...] = ()
    label: int = 0


@dataclass(frozen=True, slots=True)
class EncodedRow:
    """The samples of one row; `changed` says what was done to it, such as being cut."""

    samples: tuple[Sample, ...]
    changed: str | None = None


class RowEncoder(Protocol):
    @property
    def fields(self) -> tuple[str, ...]: ...

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels met so far; none where there are none."""

    def training_read(self) -> None:
        """What comes now is to validate: a label that training has none of cannot be learned."""

    def settings(self) -> Mapping[str, object]:
        """What, beside the data and the tokenizer, decides what comes out."""

    def take(self, row: Row) -> Texts | str:
        """The row's texts, or why it is left out. Raises `BadDataset` for a file without the column."""

    def encode(self, texts: Sequence[Texts]) -> Iterable[EncodedRow | str]:
        """For each of the texts its samples, or why it is left out."""


@dataclass(slots=True)
class Taken:
    count: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)


def encode_files(paths: Sequence[Path], folder: Path, encoder: RowEncoder) -> Taken:
    """Write the features of all rows. Raises `BadDataset`, `OSError`."""
    taken = Taken()
    with Writer(folder, encoder.fields) as writer:
        for path in paths:
            for batch in _batched(path, encoder, taken):
                for encoded in encoder.encode(batch):
                    if isinstance(encoded, str):
                        taken.dropped[encoded] += 1
                        continue
                    if encoded.changed is not None:
                        taken.changed[encoded.changed] += 1
                    for sample in encoded.samples:
                        writer.add(sample)
        taken.count = writer.count
    return taken


def _batched(path: Path, encoder: RowEncoder, taken: Taken) -> Iterator[list[Texts]]:
    batch: list[Texts] = []
    rows = broken = 0
    first: Unreadable | None = None
    for row in read_rows(path):
        rows += 1
        if isinstance(row, Unreadable):
            broken, first = broken + 1, first or row
            taken.dropped["that cannot be read"] += 1
            continue
        texts = encoder.take(row)
        if isinstance(texts, str):
            taken.dropped[texts] += 1
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

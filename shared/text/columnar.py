"""Parquet, and Arrow streams as `datasets.save_to_disk` writes them. Columns of bytes (audio, images) are not read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shared.contracts.errors import BadDataset
from shared.text.kinds import suffix_of
from shared.text.row import Row, Unreadable

_BATCH = 256
# Raised for years past 9999, time zones that this machine does not know, and nanoseconds without pandas.
_NOT_HELD = (pa.ArrowException, ValueError, OverflowError, LookupError, TypeError, ImportError, NotImplementedError)
# What one row group may unpack to: the Hub's converter aims at 500 MB, a bomb at as much as it can.
_MAX_GROUP = 4 << 30


def read_columnar(path: Path) -> Iterator[Row | Unreadable]:
    """Raises `BadDataset` for a file that is damaged."""
    batches = _parquet(path) if suffix_of(path.name) == ".parquet" else _arrow(path)
    number = 0
    try:
        for batch in batches:
            columns = [_values(column) for column in batch.columns]
            for values in zip(*columns, strict=True):
                number += 1
                yield Row(path, number, dict(zip(batch.schema.names, values, strict=True)))
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        if isinstance(error, OSError) and error.errno:  # the disk's word; pyarrow's own have no number
            raise
        raise BadDataset(
            f"{path.name} is damaged after row {number}: it is cut off, or not what its name says.",
            hint="Download or write it again.",
        ) from error


def _values(column: pa.Array) -> list[object]:
    """As Python holds them; as text what it cannot hold (dates past the year 9999), None where there is no text."""
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        raise
    except _NOT_HELD:
        try:
            return list(column.cast(pa.string()).to_pylist())
        except _NOT_HELD:
            return [None] * len(column)


def _parquet(path: Path) -> Iterator[pa.RecordBatch]:
    with pq.ParquetFile(path, memory_map=True) as file:
        for number in range(file.metadata.num_row_groups):
            if file.metadata.row_group(number).total_byte_size > _MAX_GROUP:
                raise BadDataset(f"{path.name} has a row group of more than {_MAX_GROUP:,} bytes.")
        names = [field.name for field in file.schema_arrow if not _binary(field.type)]
        yield from file.iter_batches(batch_size=_BATCH, columns=names, use_threads=False)


def _arrow(path: Path) -> Iterator[pa.RecordBatch]:
    with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
        names = [field.name for field in stream.schema if not _binary(field.type)]
        for batch in stream:
            chosen = batch.select(names)
            for start in range(0, chosen.num_rows, _BATCH):
                yield chosen.slice(start, _BATCH)


def _binary(kind: pa.DataType) -> bool:
    if pa.types.is_struct(kind):
        return any(_binary(kind.field(number).type) for number in range(kind.num_fields))
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return _binary(kind.value_type)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind))

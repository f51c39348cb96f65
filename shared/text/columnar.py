"""Reads Parquet, and the Arrow streams of `datasets.save_to_disk`. Binary columns (audio, images) are skipped."""

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
# The limit of an unpacked row group. The Hub's converter aims at 500 MB; a larger one may be a decompression bomb.
_MAX_GROUP = 4 << 30


def read_columnar(path: Path) -> Iterator[Row | Unreadable]:
    """Every row of the file. Raises `BadDataset` if the file is damaged."""
    batches = _parquet(path) if suffix_of(path.name) == ".parquet" else _arrow(path)
    number = 0
    try:
        for batch in batches:
            columns = [_values(column) for column in batch.columns]
            for values in zip(*columns, strict=True):
                number += 1
                yield Row(path, number, dict(zip(batch.schema.names, values, strict=True)))
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        if isinstance(error, OSError) and error.errno:  # an error of the disk; pyarrow's own errors have no errno
            raise
        raise BadDataset(
            f"{path.name} is damaged after row {number}: it is truncated, or has another format than its name says.",
            hint="Download or write it again.",
        ) from error


def _values(column: pa.Array) -> list[object]:
    """The values as Python objects; as text if Python cannot represent them (dates past the year 9999), else None."""
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

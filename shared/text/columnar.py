"""Parquet, and Arrow streams as `datasets.save_to_disk` writes them. Columns of bytes (audio, images) are not read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shared.contracts.errors import BadDataset
from shared.text.rows import Row, Unreadable

_BATCH = 256
# What one row group may unpack to: the Hub's converter aims at 500 MB, a bomb at as much as it can.
_MAX_GROUP = 4 << 30


def read_columnar(path: Path) -> Iterator[Row | Unreadable]:
    """Raises `BadDataset` for a file that is damaged."""
    batches = _parquet(path) if path.suffix.lower() == ".parquet" else _arrow(path)
    number = 0
    try:
        for batch in batches:
            for values in batch.to_pylist():
                number += 1
                yield Row(path, number, values)
    except (pa.ArrowException, UnicodeDecodeError, OSError) as error:
        if isinstance(error, OSError) and error.errno:  # the disk's word; pyarrow's own have no number
            raise
        raise BadDataset(
            f"{path.name} is damaged after row {number}: {str(error)[:200]}", hint="Download or write it again."
        ) from error


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

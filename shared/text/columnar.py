"""Reads Parquet, and the Arrow streams of `datasets.save_to_disk`. Binary columns (audio, images) are skipped.

Both store repeated values once: 340 bytes describe a list of a billion. Rows are counted before they become objects.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shared.contracts.errors import BadDataset
from shared.text.kinds import suffix_of
from shared.text.row import MAX_ROW, Row, Unreadable

_BATCH = 256
_BATCH_BYTES = 32 << 20
# Raised for years past 9999, time zones that this machine does not know, and nanoseconds without pandas.
_NOT_HELD = (pa.ArrowException, ValueError, OverflowError, LookupError, TypeError, ImportError, NotImplementedError)
# The limit of the texts of an unpacked row group. The Hub's converter aims at 500 MB, with recordings and images.
_MAX_GROUP = 1 << 30
# Values of a list column in a row group: as many as fit in memory, or as its bytes can tell apart.
_MAX_VALUES = 2_000_000
_MAX_VALUES_PER_BYTE = 64
_MAX_CHARACTER_BYTES = 4  # of UTF-8
_NUMBER_BYTES = 32  # of the widest decimal


def read_columnar(path: Path) -> Iterator[Row | Unreadable]:
    """Every row of the file. Raises `BadDataset` if the file is damaged or a row is too large."""
    batches = _parquet(path) if suffix_of(path.name) == ".parquet" else _arrow(path)
    number = 0
    try:
        for batch in batches:
            for part in _bounded(batch, path, number):
                columns = [_values(column) for column in part.columns]
                for values in zip(*columns, strict=True):
                    number += 1
                    yield Row(path, number, dict(zip(part.schema.names, values, strict=True)))
    except (pa.ArrowException, UnicodeDecodeError, OSError, MemoryError, RecursionError) as error:
        if isinstance(error, OSError) and error.errno:  # an error of the disk; pyarrow's own errors have no errno
            raise
        raise BadDataset(
            f"{path.name} is damaged after row {number}: it is truncated, or has another format than its name says.",
            hint="Download or write it again.",
        ) from error


def _bounded(batch: pa.RecordBatch, path: Path, before: int) -> Iterator[pa.RecordBatch]:
    """The batch, or its rows one at a time if it is large. Raises `BadDataset` for a row that is too large."""
    if _fits(batch):
        yield batch
        return
    for index in range(batch.num_rows):
        row = batch.slice(index, 1)
        if not _fits(row):
            raise BadDataset(
                f"Row {before + index + 1} of {path.name} is longer than {MAX_ROW:,} characters.",
                hint="Put one sample in a row.",
            )
        yield row


def _fits(batch: pa.RecordBatch) -> bool:
    values = bytes_ = 0
    for column in batch.columns:
        count, size = _size(column)
        values, bytes_ = values + count, bytes_ + size
    return values <= MAX_ROW and bytes_ <= _MAX_CHARACTER_BYTES * MAX_ROW


def _size(array: pa.Array) -> tuple[int, int]:
    """The number of values in an array, those of its lists included, and their bytes. Nulls have no bytes."""
    kind = array.type
    if pa.types.is_dictionary(kind):
        # Decoded, each row has a copy of its value.
        text = pa.types.is_string(kind.value_type) or pa.types.is_large_string(kind.value_type)
        longest = pc.max(pc.binary_length(array.dictionary)).as_py() if text else _NUMBER_BYTES
        return len(array), (longest or 0) * len(array)
    count, size = len(array), 0
    if pa.types.is_struct(kind):
        parts = [_size(part) for part in array.flatten()]
        return count + sum(values for values, _ in parts), sum(bytes_ for _, bytes_ in parts)
    if _is_list(kind):
        inner, size = _size(array.flatten())
        return count + inner, size
    return count, array.nbytes


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
        readable = {field.name for field in file.schema_arrow if _is_readable(field.type)}
        batch = _BATCH
        for number in range(file.metadata.num_row_groups):
            size = _check_group(path, file.metadata.row_group(number), readable)
            rows = max(1, file.metadata.row_group(number).num_rows)
            batch = max(1, min(batch, _BATCH_BYTES * rows // max(1, size)))
        names = [field.name for field in file.schema_arrow if field.name in readable]
        yield from file.iter_batches(batch_size=batch, columns=names, use_threads=False)


def _check_group(path: Path, group: pq.RowGroupMetaData, names: set[str]) -> int:
    """The unpacked bytes of the columns that are read. Raises `BadDataset`."""
    size = 0
    for index in range(group.num_columns):
        column = group.column(index)
        if column.path_in_schema.split(".", 1)[0] not in names:
            continue
        size += column.total_uncompressed_size
        repeated = column.num_values - group.num_rows
        if repeated > _MAX_VALUES + _MAX_VALUES_PER_BYTE * column.total_compressed_size:
            raise BadDataset(f"{path.name} has lists of {column.num_values:,} values in a few bytes.")
    if size > _MAX_GROUP or group.num_rows < 0:
        raise BadDataset(f"{path.name} has a row group of more than {_MAX_GROUP:,} bytes.")
    return size


def _arrow(path: Path) -> Iterator[pa.RecordBatch]:
    with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
        names = [field.name for field in stream.schema if _is_readable(field.type)]
        for batch in stream:
            chosen = batch.select(names)
            for start in range(0, chosen.num_rows, _BATCH):
                yield chosen.slice(start, _BATCH)


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind))


def _is_readable(kind: pa.DataType) -> bool:
    """Whether a column holds texts, numbers and lists of them; not bytes, and no encoding that hides its size."""
    if pa.types.is_struct(kind):
        return all(_is_readable(kind.field(number).type) for number in range(kind.num_fields))
    if pa.types.is_dictionary(kind):
        return _is_readable(kind.value_type) and not pa.types.is_nested(kind.value_type)
    if _is_list(kind):
        return _is_readable(kind.value_type)
    return bool(
        pa.types.is_string(kind)
        or pa.types.is_large_string(kind)
        or pa.types.is_null(kind)
        or pa.types.is_temporal(kind)
        or (pa.types.is_primitive(kind) and not pa.types.is_fixed_size_binary(kind))
        or pa.types.is_decimal(kind)
    )

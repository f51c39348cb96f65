"""Text files of a few kilobytes that become gigabytes of objects."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_MIB = 1 << 20


def repeated(path: Path, values: int = 60_000_000) -> Path:
    """A Parquet file whose one row is a list of so many equal values, stored once."""
    column = pa.ListArray.from_arrays(pa.array([0, values], pa.int32()), pa.repeat(True, values))
    pq.write_table(pa.table({"text": column}), path, compression="zstd", data_page_size=1 << 30, write_statistics=False)
    return path


def nulls(path: Path, values: int = 2_000_000_000) -> Path:
    """An Arrow stream whose one row is a list of nulls, which have no bytes at all."""
    column = pa.FixedSizeListArray.from_arrays(pa.nulls(values), values)
    return _arrow(path, pa.table({"text": column}))


def dictionary(path: Path, length: int = 8 * _MIB, rows: int = 400) -> Path:
    """An Arrow stream whose rows share a long text."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * rows, pa.int8()), pa.array(["a" * length]))
    return _arrow(path, pa.table({"text": column}))


def _arrow(path: Path, table: pa.Table) -> Path:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return path


def packed(path: Path, unit: bytes, count: int, *, before: bytes = b"", after: bytes = b"") -> Path:
    """A gzip of a repeated unit, below the size from which its ratio is looked at."""
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(before)
        block = unit * 10_000
        for _ in range(count // 10_000):
            file.write(block)
        file.write(after)
    return path

"""Reads the header of a safetensors file: the types and shapes of its tensors, without a byte of their content.

8 bytes    the header's length, little endian
header     JSON: name → {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}; `__metadata__`: strings
tensors    in one block without gaps
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.errors import UnsafeCheckpoint

MAX_HEADER_BYTES = 8 << 20
"""A mixture of experts with 20,000 tensors a file has 3 MB. The format allows 100 MB, which take 2 GB as objects."""
_METADATA = "__metadata__"
_BITS = {
    "BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "F8_E8M0": 8, "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8,
    "I16": 16, "U16": 16, "F16": 16, "BF16": 16, "I32": 32, "U32": 32, "F32": 32,
    "I64": 64, "U64": 64, "F64": 64, "C64": 64, "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """`dtype` by the format's names, such as F32."""

    dtype: str
    shape: tuple[int, ...]

    @property
    def count(self) -> int:
        """The number of its elements."""
        return math.prod(self.shape)


def read_tensors(path: Path) -> dict[str, StoredTensor]:
    """The tensors by name. Raises `UnsafeCheckpoint` unless every byte of the file belongs to exactly one of them."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            length = int.from_bytes(file.read(8), "little")
            if not 2 <= length <= size - 8:
                raise _refusal(path, "its header is cut off")
            if length > MAX_HEADER_BYTES:
                raise _refusal(path, f"its header has more than {MAX_HEADER_BYTES:,} bytes")
            header = json.loads(file.read(length))
        if not isinstance(header, dict):
            raise _refusal(path, "its header is no JSON object")
        return _tensors(path, header, size - 8 - length)
    except OSError as error:
        raise _refusal(path, error.strerror or "it cannot be read") from error
    except (ValueError, RecursionError, TypeError, LookupError) as error:
        raise _refusal(path, "its header is damaged") from error


def _tensors(path: Path, header: Mapping[str, object], size: int) -> dict[str, StoredTensor]:
    tensors: dict[str, StoredTensor] = {}
    spans: list[tuple[int, int]] = []
    for name, entry in header.items():
        if name == _METADATA:
            continue
        tensor, span = _tensor(entry)
        if (span[1] - span[0]) * 8 != tensor.count * _BITS[tensor.dtype]:
            raise _refusal(path, f"the tensor {name[:80]} has another size than its shape")
        tensors[name] = tensor
        spans.append(span)
    end = 0
    for first, last in sorted(spans):
        if first != end:
            raise _refusal(path, "its tensors overlap or leave a gap")
        end = last
    if end != size:
        raise _refusal(path, f"it has {size:,} bytes of tensors, its header describes {end:,}")
    return tensors


def _tensor(entry: object) -> tuple[StoredTensor, tuple[int, int]]:
    """Raises `ValueError`, `TypeError`, `LookupError` for an entry that is not the format's."""
    if not isinstance(entry, dict):
        raise TypeError("no object")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    first, last = offsets
    if not all(type(number) is int and 0 <= number < 1 << 48 for number in (*shape, first, last)) or last < first:
        raise ValueError("no size")
    if dtype not in _BITS or len(shape) > 16:
        raise ValueError("no type or shape")
    return StoredTensor(dtype, tuple(shape)), (first, last)


def _refusal(path: Path, problem: str) -> UnsafeCheckpoint:
    return UnsafeCheckpoint(f"{path.name[:80]} is no intact safetensors file: {problem}.", hint="Download it again.")

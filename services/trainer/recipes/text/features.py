"""Tokenised samples on disk, mapped into memory: a corpus of any size needs memory only for the pages in use.

<folder>/
  <field>.bin            the values of all samples, concatenated
  <field>.ends           int64: the end index of each sample
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Self

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[np.generic]
_TYPES: Mapping[str, type[np.generic]] = {"input": np.int32, "target": np.int32, "label": np.int32, "answers": np.uint8}


class Ragged:
    """A column of cells of different lengths."""

    def __init__(self, folder: Path, field: str) -> None:
        self._ends = _mapped(folder / f"{field}.ends", np.dtype(np.int64)).view(np.int64)
        self._values: Values = _mapped(folder / f"{field}.bin", np.dtype(_TYPES[field]))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, index: int) -> Values:
        return self._values[int(self._ends[index - 1]) if index else 0 : int(self._ends[index])]

    @property
    def lengths(self) -> npt.NDArray[np.int64]:
        return np.diff(self._ends, prepend=0)

    @property
    def flat(self) -> Values:
        return self._values


class Writer:
    """Appends samples; a context manager. Raises `OSError`."""

    def __init__(self, folder: Path, fields: Sequence[str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files: dict[str, tuple[BinaryIO, BinaryIO]] = {
            field: ((folder / f"{field}.bin").open("wb"), (folder / f"{field}.ends").open("wb")) for field in fields
        }
        self._ends = dict.fromkeys(fields, 0)
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for pair in self._files.values():
            for file in pair:
                file.close()

    def add(self, sample: Mapping[str, Sequence[int] | bytes]) -> None:
        for field, (values, ends) in self._files.items():
            cell = sample[field]
            values.write(cell if isinstance(cell, bytes) else np.asarray(cell, dtype=_TYPES[field]).tobytes())
            self._ends[field] += len(cell)
            ends.write(self._ends[field].to_bytes(8, "little"))
        self.count += 1


def _mapped(path: Path, kind: np.dtype[np.generic]) -> npt.NDArray[np.generic]:
    if not path.stat().st_size:  # an empty file cannot be mapped
        return np.empty(0, dtype=kind)
    return np.memmap(path, dtype=kind, mode="r")

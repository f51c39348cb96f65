"""Reads datasets in the sandbox, two at a time, and remembers what it has read by the content's fingerprint."""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from pydantic import BaseModel

from shared.contracts.errors import BadDataset
from shared.preview.models import MAX_PAGE, DatasetFigures, FiguresRequest, PreviewPage, PreviewRequest
from shared.sandbox import Sandbox, SandboxLimits, run_sandboxed

# Counting stops after this time: 20,000 recordings at least, or a million short texts.
_FIGURES_SECONDS = 20.0
# Finding the files of a large folder, and skipping the rows before a page, take the rest.
_SANDBOX = Sandbox(
    "The dataset", BadDataset, SandboxLimits(memory_bytes=768 << 20, cpu_seconds=60, seconds=90.0, file_bytes=1)
)
_AT_ONCE = 2
# A page has up to 500 KB.
_MOST = 64

V = TypeVar("V")
A = TypeVar("A", bound=BaseModel)


class DatasetReader:
    """`fingerprint`: of the folder's content; with another one the folder is read again."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._pages: _Remembered[PreviewPage] = _Remembered()
        self._figures: _Remembered[DatasetFigures] = _Remembered()

    async def page(self, folder: Path, fingerprint: str, number: int) -> PreviewPage:
        """A block of 100 rows, by its number from 0. Raises `BadDataset`."""
        request = PreviewRequest(root=folder, offset=number * MAX_PAGE, limit=MAX_PAGE)
        key = (str(folder), fingerprint, number)
        return await self._pages.get(key, lambda: self._read("read_page", request, PreviewPage, folder))

    async def figures(self, folder: Path, fingerprint: str) -> DatasetFigures:
        """The figures of the first rows, as many as are read in 20 s. Raises `BadDataset`."""
        request = FiguresRequest(root=folder, seconds=_FIGURES_SECONDS)
        key = (str(folder), fingerprint, 0)
        return await self._figures.get(key, lambda: self._read("read_figures", request, DatasetFigures, folder))

    async def _read(self, function: str, request: BaseModel, answer: type[A], folder: Path) -> A:
        stop = threading.Event()
        async with self._free:
            try:
                found = await asyncio.to_thread(
                    run_sandboxed,
                    f"shared.preview.tasks:{function}",
                    request,
                    answer,
                    _SANDBOX,
                    readable=[folder],
                    stop=stop.is_set,
                )
            finally:
                stop.set()
        assert found is not None  # only a cancellation stops it
        return found


class _Remembered(Generic[V]):
    """The last values by their key. Requests for one key at the same time compute it once."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[str, str, int], V] = OrderedDict()
        self._locks: WeakValueDictionary[tuple[str, str, int], asyncio.Lock] = WeakValueDictionary()

    async def get(self, key: tuple[str, str, int], make: Callable[[], Awaitable[V]]) -> V:
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            if key not in self._values:
                self._values[key] = await make()
                while len(self._values) > _MOST:
                    self._values.popitem(last=False)
            self._values.move_to_end(key)
            return self._values[key]

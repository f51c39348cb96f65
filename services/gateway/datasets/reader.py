"""Reads datasets in the sandbox, two at a time, and remembers what it has read by the content's fingerprint.

Waiting is bounded for each owner and in time; a dataset that cannot be read is not tried again for some minutes.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from pydantic import BaseModel

from services.gateway.fair_use import FairUse
from shared.contracts.errors import BadDataset, Unavailable
from shared.preview.models import MAX_PAGE, DatasetFigures, FiguresRequest, PreviewPage, PreviewRequest
from shared.sandbox.protocol import Sandbox, SandboxLimits
from shared.sandbox.run import run_sandboxed

# Counting stops after this time: 20,000 recordings at least, or a million short texts.
_FIGURES_SECONDS = 20.0
# Finding the files of a large folder, and skipping the rows before a page, take the rest.
_SANDBOX = Sandbox(
    "The dataset", BadDataset, SandboxLimits(memory_bytes=768 << 20, cpu_seconds=60, seconds=90.0, file_bytes=1)
)
_AT_ONCE = 2
# Of one owner, waiting ones included: a page and its figures in two tabs.
_PER_OWNER = 4
# Longer than most datasets take; proxies and browsers give up soon after.
_WAIT_S = 60.0
# A page has up to 500 KB.
_MOST = 64
# A refusal may come from a busy machine, such as one that took too long.
_REFUSED_S = 600.0

V = TypeVar("V")
A = TypeVar("A", bound=BaseModel)


class DatasetReader:
    """`fingerprint`: of the folder's content; with another one the folder is read again. `owner`: who asks.

    `wait_s`: how long a request waits for a place, in seconds.
    """

    def __init__(
        self, fair_use: FairUse, *, wait_s: float = _WAIT_S, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._fair_use = fair_use
        self._wait_s = wait_s
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._pages: _Remembered[PreviewPage] = _Remembered(wait_s, clock)
        self._figures: _Remembered[DatasetFigures] = _Remembered(wait_s, clock)

    async def page(self, folder: Path, fingerprint: str, number: int, owner: str) -> PreviewPage:
        """A block of 100 rows, by its number from 0. Raises `BadDataset`, `RateLimited`, `Unavailable`."""
        request = PreviewRequest(root=folder, offset=number * MAX_PAGE, limit=MAX_PAGE)
        key = (str(folder), fingerprint, number)
        return await self._pages.get(key, lambda: self._read("read_page", request, PreviewPage, folder, owner))

    async def figures(self, folder: Path, fingerprint: str, owner: str) -> DatasetFigures:
        """The figures of the first rows, as many as are read in 20 s. Raises like `page`."""
        request = FiguresRequest(root=folder, seconds=_FIGURES_SECONDS)
        key = (str(folder), fingerprint, 0)
        return await self._figures.get(key, lambda: self._read("read_figures", request, DatasetFigures, folder, owner))

    async def _read(self, function: str, request: BaseModel, answer: type[A], folder: Path, owner: str) -> A:
        stop = threading.Event()
        async with AsyncExitStack() as stack:
            stack.enter_context(self._fair_use.at_once("previews", owner, _PER_OWNER))
            await stack.enter_async_context(_held(self._free, self._wait_s))
            stack.callback(stop.set)
            found = await asyncio.to_thread(
                run_sandboxed,
                f"shared.preview.tasks:{function}",
                request,
                answer,
                _SANDBOX,
                readable=[folder],
                stop=stop.is_set,
            )
        assert found is not None  # only a cancellation stops it
        return found


@asynccontextmanager
async def _held(place: asyncio.Semaphore | asyncio.Lock, wait_s: float) -> AsyncIterator[None]:
    """Raises `Unavailable` if it does not become free in time."""
    try:
        async with asyncio.timeout(wait_s):
            await place.acquire()
    except TimeoutError:
        raise Unavailable("Other data sets are being read now.", hint="Try again in a minute.") from None
    try:
        yield
    finally:
        place.release()


@dataclass(frozen=True, slots=True)
class _Refused:
    """`until`: by the clock, in seconds."""

    error: BadDataset
    until: float


class _Remembered(Generic[V]):
    """The last values, and for some minutes refusals, by their key. Requests for one key at the same time compute it
    once.
    """

    def __init__(self, wait_s: float, clock: Callable[[], float]) -> None:
        self._wait_s = wait_s
        self._clock = clock
        self._values: OrderedDict[tuple[str, str, int], V | _Refused] = OrderedDict()
        self._locks: WeakValueDictionary[tuple[str, str, int], asyncio.Lock] = WeakValueDictionary()

    async def get(self, key: tuple[str, str, int], make: Callable[[], Awaitable[V]]) -> V:
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with _held(lock, self._wait_s):
            found = self._values.get(key)
            if found is None or (isinstance(found, _Refused) and found.until <= self._clock()):
                found = self._values[key] = await self._made(make)
                while len(self._values) > _MOST:
                    self._values.popitem(last=False)
            self._values.move_to_end(key)
        if isinstance(found, _Refused):
            raise BadDataset(found.error.message, hint=found.error.action or found.error.hint)
        return found

    async def _made(self, make: Callable[[], Awaitable[V]]) -> V | _Refused:
        try:
            return await make()
        except BadDataset as error:
            return _Refused(error, self._clock() + _REFUSED_S)

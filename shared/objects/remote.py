"""The data folder of a worker on a machine of its own: a cache of what it reads, and work that is not published yet."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

from shared.contracts.errors import HashMismatch, NoSpace, NotFound, Unavailable
from shared.files.units import units
from shared.objects.errors import Busy, Superseded
from shared.objects.eviction import drop_removed, evict, evict_oldest
from shared.objects.metrics import ObjectMetrics
from shared.objects.pins import pinned
from shared.objects.site import Site
from shared.tasks import wait_set
from shared.telemetry import get_logger

_LOG = get_logger("objects")
_FRESH_S, _STALE_S = 3.0, 60.0
"""An answer of the bucket counts for so long; then for so long again while the next one is asked for."""
_ASK_AGAIN_S = 0.5
_SWEEP_S = 300.0
"""What was deleted goes within this time. A sweep is one listing of the pointers."""
_LATE_S = 2.0
"""A unit that is here is used as it is if the bucket takes longer than this to say whether it is the newest."""


@dataclass(frozen=True, slots=True)
class _SeenRevision:
    """`revision` is None if the bucket does not have the unit. `at` by the monotonic clock."""

    at: float
    revision: str | None


@dataclass
class RemoteFolder:
    """`UnitAccess` of a remote worker. `announce` tells the scanner beside the gateway of what was published."""

    site: Site
    cache_bytes: int
    metrics: ObjectMetrics
    announce: Callable[[str], Awaitable[None]]
    monotonic: Callable[[], float] = time.monotonic
    _answers: dict[str, _SeenRevision] = field(default_factory=dict)
    _asking: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _asked_at: dict[str, float] = field(default_factory=dict)

    async def ensure(self, unit: str, *, patience_s: float = 0.0) -> str:
        deadline = self.monotonic() + patience_s
        while (revision := await self._revision(unit, newest=patience_s > 0)) is None:
            if self.monotonic() >= deadline:
                raise NotFound(f"{unit} is not in the bucket.", hint="Is it still being published?")
            await asyncio.sleep(_ASK_AGAIN_S)
        return revision

    async def ensure_below(self, folder: str) -> None:
        there = await asyncio.to_thread(self.site.units.pointers)
        for unit in sorted(unit for unit in there if unit.startswith(f"{folder}/")):
            await self._revision(unit, newest=True)

    async def publish(self, unit: str, *, over: bool = False) -> None:
        given_up = threading.Event()
        try:
            published = await asyncio.to_thread(self._publish, unit, over=over, given_up=given_up)
        finally:
            given_up.set()  # cancelled, such as by the loss of a lease: the thread must not publish any more
        if published:
            await self.announce(unit)

    async def publish_below(self, folder: str) -> None:
        start = f"{folder}/"
        here = {unit for unit in await asyncio.to_thread(units, self.site.tree) if unit.startswith(start)}
        gone = {unit for unit in await asyncio.to_thread(self.site.records.units) if unit.startswith(start)} - here
        changing: list[str] = []
        for unit in sorted(here):
            try:
                await self.publish(unit, over=True)
            except Busy:
                changing.append(unit)
        for unit in sorted(gone):
            await asyncio.to_thread(self._remove_published, unit)
        for unit in changing:
            if (self.site.tree.root / unit).exists():  # else the run has removed it just now
                raise Busy(unit)

    async def removed(self, unit: str) -> None:
        with suppress(Busy):  # the bucket was emptied
            await asyncio.to_thread(self.site.remove, unit, over=True)

    @contextmanager
    def in_use(self, units: Collection[str]) -> Iterator[None]:
        with ExitStack() as pins:
            for unit in units:
                pins.enter_context(pinned(self.site.records, unit))
            yield

    async def run(self, stop: asyncio.Event) -> None:
        while not await wait_set(stop, _SWEEP_S):
            try:
                await asyncio.to_thread(self._sweep)
            except (Unavailable, OSError) as error:
                _LOG.warning("sweep_failed", reason=str(error))

    def _sweep(self) -> None:
        there = self.site.units.pointers()
        for record in self.site.records.all():
            if record.etag != there.get(record.unit, record.etag):
                drop_removed(self.site, record.unit)

    def close(self) -> None:
        self.site.units.stop.set()

    async def _revision(self, unit: str, *, newest: bool) -> str | None:
        """The revision that is here; None if there is none in the bucket."""
        answer = self._answers.get(unit)
        if answer is not None and answer.revision is not None and not (self.site.tree.root / unit).exists():
            answer = None  # evicted since, maybe by another process
        age = self.monotonic() - answer.at if answer is not None else _STALE_S
        if newest:
            await asyncio.shield(self._ask(unit))
        elif age >= _STALE_S:
            asking = self._ask(unit)
            here = await asyncio.to_thread(self._revision_here, unit)
            patience_s = None if here is None else max(0.0, self._asked_at[unit] + _LATE_S - self.monotonic())
            if await asyncio.wait({asking}, timeout=patience_s) == (set(), {asking}):
                return here
            asking.result()
        elif age >= _FRESH_S:
            self._ask(unit)
        return self._answers[unit].revision

    def _revision_here(self, unit: str) -> str | None:
        record = self.site.records.read(unit)
        return None if record.revision is None or self.site.changed_here(unit, record) else record.revision

    def _ask(self, unit: str) -> asyncio.Task[None]:
        """The question that is under way, or a new one: a caller that leaves does not stop the fetch for the others."""
        if unit not in self._asking:
            self._asked_at[unit] = self.monotonic()
            task = self._asking[unit] = asyncio.create_task(self._answer(unit))
            task.add_done_callback(lambda ended: self._asked(unit, ended))
        return self._asking[unit]

    def _asked(self, unit: str, ended: asyncio.Task[None]) -> None:
        del self._asking[unit]
        if not ended.cancelled() and (error := ended.exception()) is not None:
            _LOG.warning("unit_not_fetched", unit=unit, reason=str(error))

    async def _answer(self, unit: str) -> None:
        try:
            revision = await asyncio.to_thread(self._fetch, unit)
        except NotFound:
            await asyncio.to_thread(drop_removed, self.site, unit)
            revision = None
        except Busy:
            revision = await asyncio.to_thread(self._revision_here, unit)
        self._answers[unit] = _SeenRevision(self.monotonic(), revision)

    def _fetch(self, unit: str) -> str:
        """Fetch it if it is older than the bucket's; where that cannot be had, the one that is here counts."""
        before = self.site.records.read(unit)
        with pinned(self.site.records, unit):
            try:
                revision = self._fetch_into_cache(unit)
            except (Unavailable, HashMismatch, NoSpace) as error:
                if before.revision is None or self.site.changed_here(unit, before):
                    raise
                _LOG.warning("older_revision_used", unit=unit, reason=error.message)
                return before.revision
        self.site.records.use(unit)
        if revision != before.revision:
            self.metrics.done("fetched")
            evict(self.site, self.cache_bytes, keep=unit)
        return revision

    def _fetch_into_cache(self, unit: str) -> str:
        """Fetch it; on a disk that is smaller than the cache may be, other units make room. Raises `NoSpace`."""
        while True:
            try:
                return self.site.fetch(unit)
            except NoSpace:
                if not evict_oldest(self.site, keep=unit):
                    raise

    def _publish(self, unit: str, *, over: bool, given_up: threading.Event) -> bool:
        """Whether there was something to publish."""
        if not self.site.changed_here(unit):
            return False
        try:
            self.site.publish(unit, over=over, given_up=given_up)
        except FileNotFoundError:
            return False
        self.metrics.done("published")
        return True

    def _remove_published(self, unit: str) -> None:
        """Say that it was removed, unless somebody has given it another revision since: a mark of the gateway's."""
        if self.site.records.read(unit).revision is None:
            return
        try:
            self.site.remove(unit)
            self.metrics.done("removed")
        except Superseded:
            self.site.records.drop(unit)

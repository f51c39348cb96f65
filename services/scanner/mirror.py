"""Keeps the data folder of the gateway and a bucket alike, so that remote workers and a new disk have everything.

What is finished here is published, what remote workers publish is fetched, what is removed on one side is removed on
the other. The folder here stays the one that the gateway works with: without the bucket the platform goes on, and the
mirror makes good for it later.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from services.scanner.mirror_plan import Known, MirrorStep, known_of, plan, stamp_here
from shared.contracts.errors import NotFound, SokhanError, Unavailable
from shared.files import try_lock
from shared.files.members import ACCESS
from shared.objects.collecting import collect
from shared.objects.errors import Busy, Superseded, Unfit
from shared.objects.fetching import remove_unit
from shared.objects.metrics import ObjectMetrics
from shared.objects.site import Site
from shared.products import DEPLOYED, STARTS_HERE
from shared.products.checkpoint import discard
from shared.tasks import wait_set
from shared.telemetry import get_logger

_LOG = get_logger("scanner")
_SMALL = ("audio/", "lexicon")
"""Units that change without a walk of the scanner, and that a remote worker may be waiting for."""
_SMALL_S, _ALL_S, _COLLECT_S = 2.0, 60.0, 86_400.0
_AT_ONCE = 3
_MARKS = (ACCESS, DEPLOYED, STARTS_HERE)
"""Files that the gateway writes into a unit. Those here are in force when a worker publishes the unit anew."""


class NoMirror:
    """Without a bucket."""

    def kick(self) -> None:
        return None

    async def pull(self, unit: str) -> None:
        return None

    async def run(self, stop: asyncio.Event) -> None:
        return None


@dataclass
class Mirror:
    """`whole` gives the paths of the assets that are complete."""

    site: Site
    whole: Callable[[], Awaitable[Collection[str]]]
    metrics: ObjectMetrics
    grace: timedelta
    monotonic: Callable[[], float] = time.monotonic
    _waiting_since: dict[str, float] = field(default_factory=dict)
    _known: dict[str, Known] | None = None
    _there: Mapping[str, str] = field(default_factory=dict)
    _working: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _places: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _kicked: asyncio.Event = field(default_factory=asyncio.Event)
    _reachable: bool = True

    def kick(self) -> None:
        """Look at everything soon: an asset has changed."""
        self._kicked.set()

    async def pull(self, unit: str) -> None:
        """Fetch what a worker has just published. Without the bucket it is logged, and done later."""
        with suppress(Unavailable):
            await self._look(("",))
            if working := self._working.get(unit):
                await asyncio.wait({working})

    async def run(self, stop: asyncio.Event) -> None:
        """Mirror until `stop` is set; then what is under way is left for the next start."""
        if not await self._fit(stop):
            return
        closing = asyncio.create_task(self._close_after(stop))
        loop = asyncio.get_running_loop()
        next_all, next_collection = loop.time(), loop.time() + _ALL_S
        while not stop.is_set():
            everything = self._kicked.is_set() or loop.time() >= next_all
            if everything:
                self._kicked.clear()
                next_all = loop.time() + _ALL_S
            with suppress(Unavailable):
                await self._look(("",) if everything else _SMALL)
                if loop.time() >= next_collection:
                    next_collection = loop.time() + _COLLECT_S
                    await self._collect()
            await wait_set(stop, _SMALL_S)
        await asyncio.gather(closing, *self._working.values(), return_exceptions=True)

    async def _close_after(self, stop: asyncio.Event) -> None:
        """End what is under way at its next piece or object: a look and a collection may have many of them."""
        await stop.wait()
        self.site.units.stop.set()

    async def _fit(self, stop: asyncio.Event) -> bool:
        """Whether the bucket keeps conditions, once it answers; False also if `stop` is set first."""
        from shared.objects.bucket import require_conditions

        while not stop.is_set():
            try:
                await asyncio.to_thread(require_conditions, self.site.units.bucket)
                return True
            except Unfit as error:
                _LOG.error("bucket_unfit", reason=str(error))
                self.metrics.reachable(yes=False)
                return False
            except Unavailable as error:
                self._missed(error)
            await wait_set(stop, _SMALL_S)
        return False

    def _missed(self, error: Unavailable) -> None:
        if self._reachable:
            _LOG.warning("bucket_unavailable", reason=error.message, hint=error.hint)
        self._reachable = False
        self.metrics.reachable(yes=False)

    async def _look(self, within: tuple[str, ...]) -> None:
        """Compare, and start the steps that are not under way. Raises `Unavailable`."""
        if self._known is None:
            self._known = await asyncio.to_thread(self._read_records)
        everything = within == ("",)
        if everything:
            await self._list()
        whole = await self.whole() if everything else ()  # none of the small units is an asset
        try:
            planned = await asyncio.to_thread(
                plan, self.site.tree, dict(self._known), self._there, whole, within=within
            )
        except OSError as error:
            _LOG.warning("mirror_skipped", reason=str(error))
            return
        if everything:
            if planned.refused:
                _LOG.error("removals_refused", units=planned.refused, hint="Is SOKHAN_DATA mounted?")
            self._note_waiting(planned.steps)
        for unit, step in planned.steps.items():
            if unit not in self._working:
                task = self._working[unit] = asyncio.create_task(self._try(unit, step))
                task.add_done_callback(lambda _, unit=unit: self._working.pop(unit, None))  # type: ignore[misc]

    def _note_waiting(self, units: Collection[str]) -> None:
        now = self.monotonic()
        self._waiting_since = {unit: self._waiting_since.get(unit, now) for unit in units}
        self.metrics.waiting(len(units), now - min(self._waiting_since.values(), default=now))

    async def _list(self) -> None:
        try:
            self._there = await asyncio.to_thread(self.site.units.pointers)
        except Unavailable as error:
            self._missed(error)
            raise
        self._reachable = True
        self.metrics.reachable(yes=True)

    async def _try(self, unit: str, step: MirrorStep) -> None:
        async with self._places:
            try:
                await asyncio.to_thread(self._do, unit, step)
            except Busy:
                _LOG.debug("unit_busy", unit=unit)
            except (SokhanError, Superseded, OSError) as error:
                self.metrics.failed()
                _LOG.warning("unit_not_mirrored", unit=unit, step=step.value, reason=str(error))
            except Exception:  # a bug: the other units go on
                self.metrics.failed()
                _LOG.exception("unit_not_mirrored", unit=unit, step=step.value)
            await asyncio.to_thread(self._remember, unit)

    def _remember(self, unit: str) -> None:
        assert self._known is not None, "a step follows a look"
        known = known_of(self.site.records.read(unit))
        if known.etag is None:
            self._known.pop(unit, None)
        else:
            self._known[unit] = known
            self._there = {**self._there, unit: known.etag}

    def _read_records(self) -> dict[str, Known]:
        return {record.unit: known_of(record) for record in self.site.records.all()}

    def _do(self, unit: str, step: MirrorStep) -> None:
        match step:
            case MirrorStep.PUBLISH:
                with suppress(FileNotFoundError):  # removed meanwhile
                    self.site.publish(unit)
                    self.metrics.done("published")
            case MirrorStep.FETCH:
                self._fetch(unit)
            case MirrorStep.REMOVE:
                self.site.remove(unit)
                self.metrics.done("removed")
            case MirrorStep.FORGET:
                self.site.forget(unit)

    def _fetch(self, unit: str) -> None:
        try:
            self.site.fetch(unit, keep=_MARKS)
            self.metrics.done("fetched")
        except NotFound:
            # Removed there. What was changed here since, or is marked as needed, is published anew by the next look.
            record = self.site.records.read(unit)
            if not self.site.changed_here(unit, record) and self._removed_here(unit):
                self.metrics.done("removed")
            self.site.adopt(unit)

    def _removed_here(self, unit: str) -> bool:
        """Remove the files, unless somebody works with them. Returns whether they are gone."""
        path = self.site.tree.root / unit
        if unit.startswith("checkpoints/") and path.is_dir():
            return discard(path, lambda: any((path / mark).exists() for mark in (DEPLOYED, STARTS_HERE)))
        with try_lock(path, self.site.tree.locks) as mine:
            if not mine:
                return False
            remove_unit(path, self.site.tree)
        return True

    async def _collect(self) -> None:
        """Delete what nothing refers to, and store again what is missing."""
        collected = await asyncio.to_thread(collect, self.site.units, self.grace)
        if collected.deleted:
            _LOG.info("bucket_collected", objects=collected.deleted, bytes=collected.freed)
        for unit in collected.broken:
            _LOG.error("unit_broken_in_bucket", unit=unit)
            if await asyncio.to_thread(stamp_here, self.site.tree, unit) is not None:
                with suppress(Busy, Superseded, OSError):
                    await asyncio.to_thread(self.site.publish, unit, again=True)

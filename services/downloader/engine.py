"""Fetches the files of one repository with several connections, until every one is verified and in its place."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from services.downloader.board import Board, Unit
from services.downloader.gate import Gates
from services.downloader.hashing import Verifier
from services.downloader.installer import Installer
from services.downloader.item import Item, Stage
from services.downloader.meter import Meter
from services.downloader.segments import SMALLEST, Segment
from services.downloader.source import Body, Source, reading
from services.downloader.threads import in_thread
from services.downloader.throttle import Throttle
from services.downloader.trouble import Trouble, backoff
from shared.contracts.errors import HashMismatch, HubUnreachable, RedirectRefused
from shared.files.partial import part_paths
from shared.hub import HubClient, Listing
from shared.hub.plan import identity
from shared.telemetry import get_logger

_LOG = get_logger("downloader")
# What a kill -9 can lose of each connection: eight of them lose 1 MiB.
_FLUSH_BYTES = 128 * 1024
_CAPPED_BYTES = 16 * 1024
# On a slow line bytes are written down once a second, however few they are.
_FLUSH_S = 1.0
# A server that says no to one file so often in a row (some six minutes) means it.
_ANSWERED_NO = 12
# An endpoint that fails so often in a row is left for the next, where there is one.
_ENDPOINT_TRIES = 2


@dataclass(slots=True)
class Engine:
    """`patience` in seconds without a byte; `connections` is the job's own limit."""

    source: Source
    installer: Installer
    meter: Meter
    gates: Gates
    throttles: Sequence[Throttle]
    connections: int
    patience: float
    monotonic: Callable[[], float]
    rng: random.Random
    hashes: dict[str, str] = field(default_factory=dict)
    _board: Board = field(init=False)

    async def fetch(self, listing: Listing, folder: Path) -> None:
        """Return when all files are verified; `hashes` has their sha256 then.

        Raises `HashMismatch`, `HubUnreachable`, `GatedRepo`, `RepoNotFound`, `RedirectRefused`, `Changed`, `OSError`
        (of the disk). Whatever ends it, what has arrived is kept and written down.
        """
        items = [Item(file, folder / file.path, identity(file, listing.commit)) for file in listing.files]
        self._board = Board(items, self.monotonic)
        await in_thread(_look, items, self.installer)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self.connections, max(len(items), listing.size // SMALLEST))):
                    group.create_task(self._connection())
        finally:
            await in_thread(_close, items)

    async def _connection(self) -> None:
        while (unit := await self._board.next()) is not None:
            hub = self.source.hubs.choose(unit.item.avoided)
            try:
                await self._turn(unit, hub)
            except Trouble as trouble:
                self._put_off(unit.item, hub, trouble)
            except HashMismatch as error:
                await self._start_anew(unit.item, error)
            except RedirectRefused as error:
                if not self.source.hubs.several:
                    raise
                self._put_off(unit.item, hub, Trouble(error.message, answered=True))
            finally:
                self._board.changed()

    async def _turn(self, unit: Unit, hub: HubClient) -> None:
        item = unit.item
        if unit.segment is not None:
            await self._segment(item, unit.segment, hub)
        elif not item.absent and (sha256 := await in_thread(item.find, self.installer)) is not None:
            self._finished(item, sha256)
        elif item.small:
            await self._small(item, hub)
        else:
            self.meter.found(item.file.path, await in_thread(item.open, self.connections))
            self.meter.began(item.file.path)
            self._board.opened(item)
            await self._end_if_whole(item)

    async def _small(self, item: Item, hub: HubClient) -> None:
        file = item.file
        data = bytearray()
        try:
            async with self._answer(item, hub, 0, file.size) as body:
                self.meter.began(file.path)
                async for chunk in self._chunks(body):
                    data += chunk
                    self.meter.arrived(file.path, len(chunk))
                    if len(data) > file.size:
                        raise Trouble(f"{body.served_by} sends more than the file", answered=True)
            if len(data) < file.size:
                raise Trouble(f"the line ended after {len(data):,} of {file.size:,} bytes")
        except BaseException:
            self.meter.found(file.path, 0)
            item.stage = Stage.PENDING
            self._board.closed(item)
            raise
        self._finished(item, await in_thread(_write_small, item, data, self.installer))

    async def _segment(self, item: Item, segment: Segment, hub: HubClient) -> None:
        assert item.segments is not None
        item.requests += 1
        try:
            async with self._answer(item, hub, segment.at, segment.end) as body:
                if body.ranged or item.segments.whole:
                    await self._stream(item, segment, body)
                else:  # a server without ranges: one connection must bring all of it
                    item.segments.whole = True
        finally:
            item.requests -= 1
            if item.segments is not None:
                item.segments.give_back(segment)
        await self._end_if_whole(item)

    async def _stream(self, item: Item, segment: Segment, body: Body) -> None:
        buffer = bytearray()
        position, wrote_at = body.start, self.monotonic()
        began = segment.at
        try:
            async for chunk in self._chunks(body):
                # What is here already, from a server that started at the beginning, is passed over.
                start = max(0, min(len(chunk), segment.at + len(buffer) - position))
                position += len(chunk)
                wanted = chunk[start : start + segment.left - len(buffer)]
                buffer += wanted
                self.meter.arrived(item.file.path, len(wanted))
                if len(buffer) >= _FLUSH_BYTES or (buffer and self.monotonic() - wrote_at >= _FLUSH_S):
                    full, buffer = buffer, bytearray()
                    await in_thread(item.write, segment.at, full)
                    segment.at += len(full)
                    wrote_at = self.monotonic()
                if len(wanted) < len(chunk) - start:
                    break  # a helper has the rest, or the server sends more than was asked for
        finally:
            if buffer:
                await in_thread(item.write, segment.at, buffer)
                segment.at += len(buffer)
            if segment.at > began:
                item.failures = 0
        if segment.left > 0:
            raise Trouble(f"the line ended {segment.left:,} bytes early")

    @asynccontextmanager
    async def _answer(self, item: Item, hub: HubClient, start: int, end: int) -> AsyncIterator[Body]:
        """A request within the endpoint's limit, and not while the endpoint has asked to be left alone."""
        gate = self.gates.of(hub.endpoint)
        if gate.pause > 0:
            text = f"waiting {gate.pause:.0f} s: {urlsplit(hub.endpoint).netloc} is busy or out of reach"
            self.meter.wait(text, self.monotonic() + gate.pause)
        async with gate.slot(), self.source.open(hub, item.file, start, end) as body:
            await gate.answered()
            self.source.hubs.answered(hub)
            self.meter.served_by = body.served_by
            yield body

    async def _chunks(self, body: Body) -> AsyncIterator[bytes]:
        with reading(body.hub):
            async for chunk in body.response.aiter_raw():
                # Under a cap in small pieces, so that the bytes of all connections keep an even pace.
                step = _CAPPED_BYTES if any(throttle.rate for throttle in self.throttles) else len(chunk)
                for start in range(0, len(chunk), step):
                    piece = chunk[start : start + step]
                    for throttle in self.throttles:
                        await throttle.spend(len(piece))
                    yield piece

    async def _end_if_whole(self, item: Item) -> None:
        """Whoever brings the last byte verifies the file and gives it its name."""
        if item.stage is not Stage.OPEN or item.segments is None or not item.segments.done:
            return
        item.stage = Stage.ENDING
        self.meter.verifying(item.file.path)
        self._finished(item, await in_thread(_end, item, self.installer))

    def _finished(self, item: Item, sha256: str) -> None:
        self.hashes[item.file.path] = sha256
        item.stage = Stage.DONE
        self.meter.done(item.file.path, item.file.size)
        self._board.closed(item)

    async def _start_anew(self, item: Item, error: HashMismatch) -> None:
        """A damaged file is fetched once more: the line may have been at fault. Twice is no accident."""
        item.damaged += 1
        await in_thread(item.discard)
        self.meter.found(item.file.path, 0)
        if item.damaged > 1:
            raise error
        _LOG.warning("file_damaged", path=item.file.path)
        self._board.closed(item)

    def _put_off(self, item: Item, hub: HubClient, trouble: Trouble) -> None:
        now = self.monotonic()
        if item.not_before > now and not trouble.retry_after:
            return  # a broken line ends all of a file's requests at once: that is one failure
        item.failures += 1
        wait = max(backoff(item.failures, self.rng), trouble.retry_after or 0.0)
        if self._turn_to_another(item, hub, trouble):
            wait = 0.0
        elif trouble.endpoint:
            self.gates.of(hub.endpoint).refused(wait)
        self._give_up_on(item, trouble, now)
        item.not_before = now + wait
        text = f"waiting {wait:.0f} s: {trouble.reason}, attempt {item.failures + 1}"
        self.meter.wait(text, item.not_before)
        _LOG.info("transfer_delayed", path=item.file.path, reason=trouble.reason, seconds=round(wait, 2))

    def _turn_to_another(self, item: Item, hub: HubClient, trouble: Trouble) -> bool:
        """Whether another endpoint is asked next: for every file where this one is out of reach, else for this one."""
        hubs = self.source.hubs
        if not hubs.several or item.failures % _ENDPOINT_TRIES:
            return False
        if not trouble.answered:
            return hubs.failed(hub)
        item.avoided.add(hub.endpoint)
        if hubs.choose(item.avoided).endpoint not in item.avoided:
            return True
        item.avoided.clear()
        return False

    def _give_up_on(self, item: Item, trouble: Trouble, now: float) -> None:
        refused = trouble.answered and trouble.retry_after is None and item.failures >= _ANSWERED_NO
        if refused or now - self.meter.last_byte > self.patience:
            raise HubUnreachable(
                f"{item.file.path} cannot be had: {trouble.reason}.",
                hint="What has arrived is kept; start it again when the line is back, or set a mirror.",
            )


def _look(items: Sequence[Item], installer: Installer) -> None:
    for item in items:
        item.look(installer)


def _close(items: Sequence[Item]) -> None:
    for item in items:
        item.close()


def _end(item: Item, installer: Installer) -> str:
    """Verify and install; the sha256. Raises `HashMismatch`. Blocking."""
    sha256 = item.verify()
    installer.put(item.file)
    return sha256


def _write_small(item: Item, data: bytearray, installer: Installer) -> str:
    """Check before a byte is written; the sha256. Raises `HashMismatch`. Blocking."""
    verifier = Verifier(item.file)
    verifier.update(data)
    sha256 = verifier.finish()
    part, _ = part_paths(item.target)
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    installer.put(item.file)
    return sha256

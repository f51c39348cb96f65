"""Fetches the files of one repository over several connections, until each is verified and installed."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from services.downloader.errors import TransferError, retry_delay
from services.downloader.file_transfer import FileTransfer, TransferStage
from services.downloader.hashing import Verifier
from services.downloader.host_limiter import HostLimiters
from services.downloader.installer import Installer
from services.downloader.metrics import TransferMetrics
from services.downloader.progress import ProgressTracker
from services.downloader.scheduler import TransferScheduler, WorkItem
from services.downloader.segments import MIN_SEGMENT_BYTES, Segment
from services.downloader.source import RangeResponse, Source, reading
from services.downloader.threads import in_thread
from services.downloader.throttle import Throttle
from shared.contracts.errors import HashMismatch, HubUnreachable, RedirectRefused
from shared.files.partial import part_paths
from shared.hub import HubClient, Listing
from shared.hub.plan import identity
from shared.telemetry import get_logger

_LOG = get_logger("downloader")
# The most that a kill -9 loses per connection: 1 MiB over eight.
_FLUSH_BYTES = 128 * 1024
_CAPPED_BYTES = 16 * 1024
# On a slow connection, write once a second, however few bytes there are.
_FLUSH_S = 1.0
# Refusals of one file in a row after which it fails (about six minutes).
_MAX_REFUSALS = 12
# Failures in a row after which the next endpoint is tried, if there is one.
_ENDPOINT_TRIES = 2


@dataclass(slots=True)
class TransferEngine:
    """`patience` in seconds without a byte; `connections` is the job's own limit."""

    source: Source
    installer: Installer
    progress_tracker: ProgressTracker
    host_limiters: HostLimiters
    throttles: Sequence[Throttle]
    connections: int
    patience: float
    metrics: TransferMetrics
    monotonic: Callable[[], float]
    rng: random.Random
    hashes: dict[str, str] = field(default_factory=dict)
    _scheduler: TransferScheduler = field(init=False)

    async def fetch(self, listing: Listing, folder: Path) -> None:
        """Return when all files are verified; `hashes` has their sha256 then.

        Raises `HashMismatch`, `HubUnreachable`, `GatedRepo`, `RepoNotFound`, `RedirectRefused`, `ContentChanged`, and
        `OSError` of the disk. Received bytes are kept on disk in every case.
        """
        transfers = [FileTransfer(file, folder / file.path, identity(file, listing.commit)) for file in listing.files]
        self._scheduler = TransferScheduler(transfers, self.monotonic)
        await in_thread(_look, transfers, self.installer)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(min(self.connections, max(len(transfers), listing.size // MIN_SEGMENT_BYTES))):
                    group.create_task(self._connection())
        finally:
            await in_thread(_close, transfers)

    async def _connection(self) -> None:
        while (work := await self._scheduler.next()) is not None:
            hub = self.source.hubs.choose(work.transfer.avoided)
            try:
                await self._perform(work, hub)
            except TransferError as error:
                self._postpone(work.transfer, hub, error)
            except HashMismatch as error:
                await self._restart(work.transfer, error)
            except RedirectRefused as error:
                if not self.source.hubs.several:
                    raise
                self._postpone(work.transfer, hub, TransferError(error.message, answered=True))
            finally:
                self._scheduler.changed()

    async def _perform(self, work: WorkItem, hub: HubClient) -> None:
        transfer = work.transfer
        if work.segment is not None:
            await self._segment(transfer, work.segment, hub)
        elif not transfer.absent and (sha256 := await in_thread(transfer.find, self.installer)) is not None:
            self._finished(transfer, sha256)
        elif transfer.small:
            await self._small(transfer, hub)
        else:
            self.progress_tracker.found(transfer.file.path, await in_thread(transfer.open, self.connections))
            self.progress_tracker.began(transfer.file.path)
            self._scheduler.opened(transfer)
            await self._end_if_whole(transfer)

    async def _small(self, transfer: FileTransfer, hub: HubClient) -> None:
        file = transfer.file
        data = bytearray()
        try:
            async with self._request(transfer, hub, 0, file.size) as body:
                self.progress_tracker.began(file.path)
                async for chunk in self._chunks(body):
                    data += chunk
                    self.progress_tracker.arrived(file.path, len(chunk))
                    if len(data) > file.size:
                        raise TransferError(f"{body.served_by} sends more than the file", answered=True)
            if len(data) < file.size:
                raise TransferError(f"the line ended after {len(data):,} of {file.size:,} bytes")
        except BaseException:
            self.progress_tracker.found(file.path, 0)
            transfer.stage = TransferStage.PENDING
            self._scheduler.closed(transfer)
            raise
        self._finished(transfer, await in_thread(_write_small, transfer, data, self.installer))

    async def _segment(self, transfer: FileTransfer, segment: Segment, hub: HubClient) -> None:
        assert transfer.segments is not None
        transfer.requests += 1
        try:
            async with self._request(transfer, hub, segment.at, segment.end) as body:
                if body.ranged or transfer.segments.whole:
                    await self._stream(transfer, segment, body)
                else:  # a server without ranges: one connection fetches the whole file
                    transfer.segments.whole = True
        finally:
            transfer.requests -= 1
            if transfer.segments is not None:
                transfer.segments.give_back(segment)
        await self._end_if_whole(transfer)

    async def _stream(self, transfer: FileTransfer, segment: Segment, body: RangeResponse) -> None:
        buffer = bytearray()
        position, wrote_at = body.start, self.monotonic()
        began = segment.at
        try:
            async for chunk in self._chunks(body):
                # Skip bytes that are here already: a server without ranges starts at the beginning.
                start = max(0, min(len(chunk), segment.at + len(buffer) - position))
                position += len(chunk)
                wanted = chunk[start : start + segment.left - len(buffer)]
                buffer += wanted
                self.progress_tracker.arrived(transfer.file.path, len(wanted))
                if len(buffer) >= _FLUSH_BYTES or (buffer and self.monotonic() - wrote_at >= _FLUSH_S):
                    full, buffer = buffer, bytearray()
                    await in_thread(transfer.write, segment.at, full)
                    segment.at += len(full)
                    wrote_at = self.monotonic()
                if len(wanted) < len(chunk) - start:
                    break  # a helper fetches the rest, or the server sends more than was requested
        finally:
            if buffer:
                await in_thread(transfer.write, segment.at, buffer)
                segment.at += len(buffer)
            if segment.at > began:
                transfer.failures = 0
        if segment.left > 0:
            raise TransferError(f"the line ended {segment.left:,} bytes early")

    @asynccontextmanager
    async def _request(
        self, transfer: FileTransfer, hub: HubClient, start: int, end: int
    ) -> AsyncIterator[RangeResponse]:
        """Open a request within the endpoint's limit, after any pause that the endpoint asked for."""
        limiter = self.host_limiters.of(hub.endpoint)
        if limiter.pause > 0:
            text = f"waiting {limiter.pause:.0f} s: {urlsplit(hub.endpoint).netloc} is busy or out of reach"
            self.progress_tracker.wait(text, self.monotonic() + limiter.pause)
        async with limiter.slot(), self.source.open(hub, transfer.file, start, end) as body:
            await limiter.answered()
            self.source.hubs.answered(hub)
            self.progress_tracker.served_by = body.served_by
            yield body

    async def _chunks(self, body: RangeResponse) -> AsyncIterator[bytes]:
        with reading(body.hub):
            async for chunk in body.response.aiter_raw():
                # Under a cap, in small pieces: all connections get an even share.
                step = _CAPPED_BYTES if any(throttle.rate for throttle in self.throttles) else len(chunk)
                for start in range(0, len(chunk), step):
                    piece = chunk[start : start + step]
                    for throttle in self.throttles:
                        await throttle.spend(len(piece))
                    self.metrics.received(body.served_by, len(piece))
                    yield piece

    async def _end_if_whole(self, transfer: FileTransfer) -> None:
        """The connection that completed the file verifies and installs it."""
        if transfer.stage is not TransferStage.OPEN or transfer.segments is None or not transfer.segments.done:
            return
        transfer.stage = TransferStage.ENDING
        self.progress_tracker.verifying(transfer.file.path)
        self._finished(transfer, await in_thread(_end, transfer, self.installer))

    def _finished(self, transfer: FileTransfer, sha256: str) -> None:
        self.hashes[transfer.file.path] = sha256
        transfer.stage = TransferStage.DONE
        self.progress_tracker.done(transfer.file.path, transfer.file.size)
        self._scheduler.closed(transfer)

    async def _restart(self, transfer: FileTransfer, error: HashMismatch) -> None:
        """Fetch a damaged file once more: the connection may have damaged it. Raise the error the second time."""
        transfer.damaged += 1
        await in_thread(transfer.discard)
        self.progress_tracker.found(transfer.file.path, 0)
        if transfer.damaged > 1:
            raise error
        self.metrics.delayed("damage")
        _LOG.warning("file_damaged", path=transfer.file.path)
        self._scheduler.closed(transfer)

    def _postpone(self, transfer: FileTransfer, hub: HubClient, error: TransferError) -> None:
        now = self.monotonic()
        if transfer.not_before > now and not error.retry_after:
            return  # a broken connection ends all requests of a file at once: count one failure
        transfer.failures += 1
        self.metrics.delayed("endpoint" if error.endpoint else "answer" if error.answered else "connection")
        wait = max(retry_delay(transfer.failures, self.rng), error.retry_after or 0.0)
        if self._switch_endpoint(transfer, hub, error):
            wait = 0.0
        elif error.endpoint:
            self.host_limiters.of(hub.endpoint).refused(wait)
        self._raise_if_exhausted(transfer, error, now)
        transfer.not_before = now + wait
        text = f"waiting {wait:.0f} s: {error.reason}, attempt {transfer.failures + 1}"
        self.progress_tracker.wait(text, transfer.not_before)
        _LOG.info("transfer_delayed", path=transfer.file.path, reason=error.reason, seconds=round(wait, 2))

    def _switch_endpoint(self, transfer: FileTransfer, hub: HubClient, error: TransferError) -> bool:
        """Whether another endpoint is tried next: for all files if this one is unreachable, else for this file."""
        hubs = self.source.hubs
        if not hubs.several or transfer.failures % _ENDPOINT_TRIES:
            return False
        if error.endpoint and not error.answered:
            hubs.failed(hub)
        transfer.avoided.add(hub.endpoint)
        if hubs.choose(transfer.avoided).endpoint not in transfer.avoided:
            return True
        transfer.avoided.clear()
        return False

    def _raise_if_exhausted(self, transfer: FileTransfer, error: TransferError, now: float) -> None:
        refused = error.answered and error.retry_after is None and transfer.failures >= _MAX_REFUSALS
        if refused or now - self.progress_tracker.last_byte > self.patience:
            raise HubUnreachable(
                f"{transfer.file.path} could not be fetched: {error.reason}.",
                hint="Received bytes are kept; start it again when the connection is back, or set a mirror.",
            )


def _look(transfers: Sequence[FileTransfer], installer: Installer) -> None:
    for transfer in transfers:
        transfer.look(installer)


def _close(transfers: Sequence[FileTransfer]) -> None:
    for transfer in transfers:
        transfer.close()


def _end(transfer: FileTransfer, installer: Installer) -> str:
    """Verify and install a complete partial file. Returns its sha256. Raises `HashMismatch`. Blocking."""
    sha256 = transfer.verify()
    installer.put(transfer.file)
    return sha256


def _write_small(transfer: FileTransfer, data: bytearray, installer: Installer) -> str:
    """Verify a small file in memory, then write and install it. Returns its sha256. Raises `HashMismatch`. Blocking."""
    verifier = Verifier(transfer.file)
    verifier.update(data)
    sha256 = verifier.finish()
    part, _ = part_paths(transfer.target)
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    installer.put(transfer.file)
    return sha256

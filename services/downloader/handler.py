"""A download from its listing to its manifest."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import httpx2

from services.downloader.bandwidth import Bandwidth
from services.downloader.cleanup import PartialFileCleanup
from services.downloader.disk_reservations import DiskReservations, Reservation
from services.downloader.engine import TransferEngine
from services.downloader.errors import ContentChanged, retry_delay
from services.downloader.host_limiter import HostLimiters
from services.downloader.installer import Installer, prepare, remove_if_empty
from services.downloader.progress import ProgressTracker
from services.downloader.source import Source
from services.downloader.threads import in_thread
from services.downloader.throttle import Throttle
from shared.contracts.errors import HashMismatch, HubUnreachable, Internal, NoSpace, NotAHub, RepoNotFound
from shared.contracts.kinds.download import DownloadProgress, DownloadResult, DownloadSpec
from shared.files import DataTree, Manifest, try_lock, write_manifest
from shared.files.disk import disk_is_full
from shared.hub import Endpoints, HubClient, Hubs, Listing, Repo, TokenVault
from shared.hub.plan import make_plan
from shared.jobs import Fail, Interrupt, Interrupted, JobContext, Pause, decisive_error
from shared.tasks import unless, wait_set

T = TypeVar("T")
DownloadContext = JobContext[DownloadSpec, DownloadProgress, DownloadResult]
_REPORT_S = 0.25
_LOCK_S = 0.5
# An address that never answered is blocked or mistyped: fail early.
_FIRST_CONTACT_S = 30.0


@dataclass(frozen=True, slots=True)
class DownloadHandler:
    """`installed` is called after a repository is installed; it asks the scanner to compare."""

    tree: DataTree
    client: httpx2.AsyncClient
    endpoints: Endpoints
    vault: TokenVault
    reservations: DiskReservations
    host_limiters: HostLimiters
    bandwidth: Bandwidth
    cleanup: PartialFileCleanup
    connections: int
    patience: float
    now: Callable[[], datetime]
    monotonic: Callable[[], float]
    rng: random.Random
    installed: Callable[[], Awaitable[None]]

    async def __call__(self, context: DownloadContext) -> DownloadResult:
        spec = context.job.spec
        folder = self.tree.folder(spec.repo_type, spec.target_asset_id)
        try:
            async with self._folder_locked(context, folder):
                context.check()
                hubs = self.endpoints.hubs(self.client, await self.vault.get(context.job.owner))
                result = await self._download_commit(context, spec, hubs, folder)
        except BaseException as ended:
            cause = decisive_error(ended)
            if isinstance(cause, HubUnreachable):
                raise Fail(cause) from ended  # retried here until the patience ran out
            if isinstance(cause, NoSpace) and context.progress.bytes_downloaded:
                raise Pause(cause) from ended  # bytes were received: keep them until there is space
            if disk_is_full(cause):
                full = NoSpace(
                    "The disk became full; received bytes are kept.",
                    hint="Free space under SOKHAN_DATA: the download resumes by itself.",
                )
                raise Pause(full) from ended
            if isinstance(cause, OSError) and cause.filename is not None:  # of the disk, not of the network
                refused = Internal(
                    f"{Path(str(cause.filename)).name} cannot be written: {cause.strerror}.",
                    hint="Check its permissions under SOKHAN_DATA; received bytes are kept.",
                )
                raise Fail(refused) from ended
            raise
        await self.installed()
        return result

    @asynccontextmanager
    async def _folder_locked(self, context: DownloadContext, folder: Path) -> AsyncIterator[None]:
        """Hold the folder's lock. A second job for the same repository waits, then finds the files installed."""
        while True:
            with try_lock(folder, self.tree.locks) as mine:
                if mine:
                    try:
                        yield
                    except BaseException as ended:
                        await self._clean_up(context, folder, decisive_error(ended))
                        raise
                    return
            waiting = {"waiting": "another download of this repository is under way"}
            context.report(context.progress.model_copy(update=waiting))
            await _sleep_or_interrupt(context, _LOCK_S)

    async def _clean_up(self, context: DownloadContext, folder: Path, cause: BaseException) -> None:
        """Remove what a cancelled job leaves, while the folder is locked."""
        if isinstance(cause, Interrupted) and cause.reason is Interrupt.CANCEL:
            await self.cleanup.remove(context.job)
        else:
            await in_thread(remove_if_empty, folder)

    async def _download_commit(
        self, context: DownloadContext, spec: DownloadSpec, hubs: Hubs, folder: Path
    ) -> DownloadResult:
        """Download the commit that the job began with, or a newer one if the branch does not have it any more."""
        before = context.progress.commit
        repo = Repo(spec.repo_id, spec.repo_type, spec.repo_revision)
        tried: set[str] = set()
        while True:
            try:
                listing = await self._list(context, repo, hubs, before)
                tried.add(listing.commit)
                return await self._download(context, spec, repo, hubs, listing, folder)
            except ContentChanged as change:
                moved = not spec.pinned and await self._pin(context, repo, hubs) not in tried
                if not moved:
                    raise HashMismatch(
                        f"{change.path} has other content than the commit {listing.commit[:12]} says.",
                        hint="A mirror may be at fault: try another, or the Hub itself.",
                    ) from change
            except RepoNotFound:
                if before is None or spec.pinned:
                    raise
            before = None

    async def _pin(self, context: DownloadContext, repo: Repo, hubs: Hubs) -> str:
        return await _unless_interrupted(context, hubs.try_each(lambda hub: hub.pin(repo)))

    async def _list(self, context: DownloadContext, repo: Repo, hubs: Hubs, commit: str | None) -> Listing:
        """List the files of a commit. Waits for a connection that was there before.

        Raises `Fail` with `HubUnreachable` when the patience is over."""

        async def at_one(hub: HubClient) -> Listing:
            return await hub.list_files(repo, commit or await hub.pin(repo))

        patience = self.patience if commit else min(self.patience, _FIRST_CONTACT_S)
        deadline = self.monotonic() + patience
        attempt = 1
        while True:
            try:
                return await _unless_interrupted(context, hubs.try_each(at_one))
            except HubUnreachable as error:
                wait = max(retry_delay(attempt, self.rng), error.retry_after or 0.0)
                sign_in = isinstance(error, NotAHub) and commit is None
                if sign_in or self.monotonic() + wait > deadline:
                    raise Fail(error) from error
                attempt += 1
                message = f"waiting {wait:.0f} s: {error.message} attempt {attempt}"
                context.report(context.progress.model_copy(update={"waiting": message}))
                await _sleep_or_interrupt(context, wait)

    async def _download(
        self, context: DownloadContext, spec: DownloadSpec, repo: Repo, hubs: Hubs, listing: Listing, folder: Path
    ) -> DownloadResult:
        wanted = await asyncio.to_thread(listing.choose, spec.include, spec.exclude)
        if not wanted.files:
            raise RepoNotFound(f"{spec.repo_id} has no file that matches.", hint="Check include and exclude.")
        plan = await asyncio.to_thread(make_plan, wanted, folder)
        with self.reservations.reserve(context.job.id, plan.bytes_to_fetch) as reservation:
            await in_thread(prepare, folder)
            progress_tracker = ProgressTracker(wanted, context.progress, self.monotonic)
            for file in plan.files:
                progress_tracker.found(file.path, file.here)
            installer = await asyncio.to_thread(Installer, folder, listing.commit)
            throttle = Throttle(context.job.bandwidth, self.monotonic)
            engine = TransferEngine(
                source=Source(self.client, hubs, repo, listing.commit, self.now),
                installer=installer,
                progress_tracker=progress_tracker,
                host_limiters=self.host_limiters,
                throttles=(throttle, self.bandwidth.throttle),
                connections=self.connections,
                patience=self.patience,
                monotonic=self.monotonic,
                rng=self.rng,
            )
            await self._fetch(context, engine, wanted, folder, throttle, reservation)
            files = await in_thread(installer.finish, listing, engine.hashes, wanted)
        manifest = Manifest(
            id=spec.target_asset_id,
            kind=spec.repo_type,
            source="HuggingFace",
            created_at=self.now(),
            repo_id=spec.repo_id,
            repo_revision=spec.repo_revision,
            commit=listing.commit,
            job_id=context.job.id,
            files=files,
        )
        await in_thread(write_manifest, folder, manifest)
        context.report(progress_tracker.progress())
        return DownloadResult(
            path=self.tree.relative(folder), commit=listing.commit, files=len(wanted.files), bytes=wanted.size
        )

    async def _fetch(
        self,
        context: DownloadContext,
        engine: TransferEngine,
        wanted: Listing,
        folder: Path,
        throttle: Throttle,
        reservation: Reservation,
    ) -> None:
        """Run the engine, report progress, and cancel it when the job is interrupted."""

        async def report() -> None:
            while True:
                context.report(engine.progress_tracker.progress())
                reservation.update(engine.progress_tracker.left)
                throttle.rate = context.job.bandwidth
                await asyncio.sleep(_REPORT_S)

        try:
            async with asyncio.TaskGroup() as group:
                reporting = group.create_task(report())
                watching = group.create_task(self.bandwidth.watch())
                leaving = group.create_task(_raise_when_interrupted(context))
                await engine.fetch(wanted, folder)
                for task in (reporting, watching, leaving):
                    task.cancel()
        except BaseExceptionGroup as failures:
            raise decisive_error(failures) from None
        finally:
            context.report(engine.progress_tracker.progress())


async def _raise_when_interrupted(context: DownloadContext) -> None:
    await context.interrupted.wait()
    context.check()


async def _sleep_or_interrupt(context: DownloadContext, seconds: float) -> None:
    await wait_set(context.interrupted, seconds)
    context.check()


async def _unless_interrupted(context: DownloadContext, question: Awaitable[T]) -> T:
    answer = await unless(context.interrupted, question)
    if answer is None:
        context.check()
        raise Internal("A request to the Hub ended without an answer.")
    return answer

"""A download from its listing to its manifest."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx2

from services.downloader.access import RepositoryAccess
from services.downloader.bandwidth import Bandwidth
from services.downloader.cleanup import PartialFileCleanup
from services.downloader.context import DownloadContext, sleep_or_interrupt
from services.downloader.engine import TransferEngine
from services.downloader.errors import ContentChanged
from services.downloader.host_limiter import HostLimiters
from services.downloader.installer import Installer, prepare, remove_if_empty
from services.downloader.metrics import TransferMetrics
from services.downloader.progress import ProgressTracker
from services.downloader.repository import RemoteRepository
from services.downloader.source import Source
from services.downloader.threads import in_thread
from services.downloader.throttle import Throttle
from shared.contracts.errors import HashMismatch, HubUnreachable, Internal, NoSpace, RepoNotFound
from shared.contracts.kinds.download import DownloadResult
from shared.contracts.owners import SOLE_OWNERS
from shared.files import DataTree, Manifest, try_lock, write_manifest
from shared.files.disk import disk_is_full
from shared.files.disk_reservations import DiskReservations, Reservation
from shared.hub import Endpoints, Listing, Repo, TokenVault
from shared.hub.plan import make_plan
from shared.jobs import Fail, Interrupt, Interrupted, Pause, decisive_error

_REPORT_S = 0.25
_LOCK_S = 0.5


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
    metrics: TransferMetrics

    async def __call__(self, context: DownloadContext) -> DownloadResult:
        spec = context.job.spec
        folder = self.tree.folder(spec.repo_type, spec.target_asset_id)
        try:
            async with self._folder_locked(context, folder):
                context.check()
                remote = await self._remote(context)
                access = RepositoryAccess(folder, self.tree.locks, spec.repo_type, context.job.owner)
                result = await self._download_commit(context, remote, access)
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
            # Another account's download is nobody's business.
            alone = context.job.owner in SOLE_OWNERS
            waiting = "another download of this repository is under way" if alone else "waiting for its turn"
            context.report(context.progress.model_copy(update={"waiting": waiting}))
            await sleep_or_interrupt(context, _LOCK_S)

    async def _clean_up(self, context: DownloadContext, folder: Path, cause: BaseException) -> None:
        """Remove what a cancelled job leaves, while the folder is locked."""
        if isinstance(cause, Interrupted) and cause.reason is Interrupt.CANCEL:
            await self.cleanup.remove(context.job)
        else:
            await in_thread(remove_if_empty, folder)

    async def _remote(self, context: DownloadContext) -> RemoteRepository:
        spec = context.job.spec
        token = await self.vault.get(context.job.owner)
        hubs = self.endpoints.hubs(self.client, token)
        return RemoteRepository(
            context=context,
            repo=Repo(spec.repo_id, spec.repo_type, spec.repo_revision),
            hubs=hubs,
            primary=hubs.at(self.endpoints.urls[0]),
            signed_in=token is not None,
            patience=self.patience,
            monotonic=self.monotonic,
            rng=self.rng,
        )

    async def _download_commit(
        self, context: DownloadContext, remote: RemoteRepository, access: RepositoryAccess
    ) -> DownloadResult:
        """Download the commit that the job began with, or a newer one if the branch does not have it any more."""
        spec, before = context.job.spec, context.progress.commit
        tried: set[str] = set()
        while True:
            try:
                listed = await remote.list(before)
                listing = listed.files
                tried.add(listing.commit)
                wanted = await asyncio.to_thread(listing.choose, spec.include, spec.exclude)
                if not wanted.files:
                    raise RepoNotFound(f"{spec.repo_id} has no file that matches.", hint="Check include and exclude.")
                restricted = await remote.admit(access, listed)
                return await self._download(context, remote, access, listing, wanted, restricted=restricted)
            except ContentChanged as change:
                moved = not spec.pinned and await remote.pin() not in tried
                if not moved:
                    raise HashMismatch(
                        f"{change.path} has other content than the commit {listing.commit[:12]} says.",
                        hint="A mirror may be at fault: try another, or the Hub itself.",
                    ) from change
            except RepoNotFound:
                if before is None or spec.pinned:
                    raise
            before = None

    async def _download(
        self,
        context: DownloadContext,
        remote: RemoteRepository,
        access: RepositoryAccess,
        listing: Listing,
        wanted: Listing,
        *,
        restricted: bool,
    ) -> DownloadResult:
        """`listing`: all files of the commit; `wanted`: the requested ones."""
        spec = context.job.spec
        folder = access.folder
        plan = await asyncio.to_thread(make_plan, wanted, folder)
        with self.reservations.reserve(context.job.id, plan.bytes_to_fetch) as reservation:
            await in_thread(prepare, folder)
            await in_thread(access.begin, restricted)
            progress_tracker = ProgressTracker(wanted, context.progress, self.monotonic)
            for file in plan.files:
                progress_tracker.found(file.path, file.here)
            installer = await asyncio.to_thread(Installer, folder, listing.commit)
            throttle = Throttle(context.job.bandwidth, self.monotonic)
            engine = TransferEngine(
                source=Source(self.client, remote.hubs, remote.repo, listing.commit, self.now),
                installer=installer,
                progress_tracker=progress_tracker,
                host_limiters=self.host_limiters,
                throttles=(throttle, self.bandwidth.throttle),
                connections=self.connections,
                patience=self.patience,
                metrics=self.metrics,
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
        await in_thread(access.complete, restricted)
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

"""A download from its listing to its manifest."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from services.downloader.hub import Hub, Listing, RemoteFile
from services.downloader.meter import Meter
from services.downloader.transfer import PART, Transfer
from shared.contracts.errors import NoSpace, RepoNotFound, SokhanError
from shared.contracts.progress import DownloadProgress, DownloadResult
from shared.contracts.specs import DownloadSpec
from shared.files import MANIFEST, DataTree, Manifest, ManifestFile, try_lock, write_manifest
from shared.jobs import Interrupt, Interrupted, JobContext, leading

# Room for the manifest, the store and the logs beside what is fetched.
_SPARE_BYTES = 64 * 1024 * 1024
_REPORT_S = 0.25
_LOCK_S = 0.5


@dataclass(frozen=True, slots=True)
class DownloadHandler:
    tree: DataTree
    client: httpx2.AsyncClient
    endpoint: str
    token: str | None
    connections: int
    now: Callable[[], datetime]
    installed: Callable[[], Awaitable[None]]
    """Called after a repo is in place: asks the scanner to look."""
    free_bytes: Callable[[Path], int] = lambda path: shutil.disk_usage(path).free

    async def __call__(self, context: JobContext) -> DownloadResult:
        spec = context.job.spec
        assert isinstance(spec, DownloadSpec)
        context.check()
        folder = self.tree.folder(spec.repo_type, spec.repo_id)
        async with self._alone(context, folder):
            try:
                return await self._download(context, spec, folder)
            except (Interrupted, SokhanError) as ended:
                if not _goes_on(ended):
                    await asyncio.to_thread(_remove_parts, folder)
                raise

    @asynccontextmanager
    async def _alone(self, context: JobContext, folder: Path) -> AsyncIterator[None]:
        """Two jobs for one repository would write into each other's files: the second waits, then finds them there."""
        while True:
            with try_lock(folder, self.tree.locks) as mine:
                if mine:
                    yield
                    return
            context.report(DownloadProgress(waiting="another download of this repository is under way"))
            with suppress(TimeoutError):
                await asyncio.wait_for(context.interrupted.wait(), _LOCK_S)
            context.check()

    async def _download(self, context: JobContext, spec: DownloadSpec, folder: Path) -> DownloadResult:
        hub = Hub(self.client, self.endpoint, self.token)
        listing = await hub.list_files(spec)
        if not listing.files:
            raise RepoNotFound(f"{spec.repo_id} has no file that matches.", hint="Check include and exclude.")
        await asyncio.to_thread(self._check_space, folder, listing)
        context.check()
        meter = Meter(listing, urlsplit(self.endpoint).netloc, time.monotonic)
        transfer = Transfer(self.client, hub, spec, listing.commit)
        files = await self._fetch_all(context, transfer, listing, folder, meter)
        manifest = Manifest(
            id=spec.repo_id,
            kind=spec.repo_type,
            source="HuggingFace",
            created_at=self.now(),
            repo_id=spec.repo_id,
            repo_revision=spec.repo_revision,
            commit=listing.commit,
            job_id=context.job.id,
            files=files,
        )
        await asyncio.to_thread(write_manifest, folder, manifest)
        context.report(meter.progress())
        await self.installed()
        return DownloadResult(
            path=self.tree.relative(folder), commit=listing.commit, files=len(files), bytes=listing.size
        )

    def _check_space(self, folder: Path, listing: Listing) -> None:
        here = sum(_size(folder / file.path) for file in listing.files)
        needed = listing.size - here + _SPARE_BYTES
        free = self.free_bytes(self.tree.root)
        if needed > free:
            raise NoSpace(
                f"The download needs {needed:,} bytes and the disk has {free:,} free.",
                hint="Make room under SOKHAN_DATA, or choose files with include and exclude.",
            )

    async def _fetch_all(
        self, context: JobContext, transfer: Transfer, listing: Listing, folder: Path, meter: Meter
    ) -> tuple[ManifestFile, ...]:
        slots = asyncio.Semaphore(self.connections)

        async def one(file: RemoteFile) -> ManifestFile:
            async with slots:
                meter.start(file.path)
                sha256 = await transfer.fetch(file, folder / file.path, lambda count: meter.add(file.path, count))
                meter.done(file.path)
                return ManifestFile(path=file.path, size=file.size, sha256=sha256, git_sha1=file.git_sha1)

        async def report() -> None:
            while True:
                context.report(meter.progress())
                await asyncio.sleep(_REPORT_S)

        async def leave_when_asked() -> None:
            await context.interrupted.wait()
            context.check()

        try:
            async with asyncio.TaskGroup() as group:
                background = [group.create_task(report()), group.create_task(leave_when_asked())]
                files = [group.create_task(one(file)) for file in listing.files]
                await asyncio.wait(files)
                for task in background:
                    task.cancel()
        except BaseExceptionGroup as failures:
            raise leading(failures) from None
        return tuple(task.result() for task in files)


def _goes_on(ended: Interrupted | SokhanError) -> bool:
    """Whether this job will be at these files again."""
    if isinstance(ended, Interrupted):
        return ended.reason is not Interrupt.CANCEL
    return ended.retryable


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _remove_parts(folder: Path) -> None:
    """Take away what an ended download left unfinished; whole files stay for the next try."""
    if not folder.is_dir():
        return
    for part in folder.rglob(f"*{PART}"):
        part.unlink(missing_ok=True)
    if not (folder / MANIFEST).exists() and not any(p.is_file() for p in folder.rglob("*")):
        shutil.rmtree(folder, ignore_errors=True)

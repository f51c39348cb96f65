"""The progress of a model by name: of its latest download, or of the files on disk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from pydantic import ValidationError

from services.gateway.assets.service import AssetsService
from services.gateway.auth import CallerIdentity
from services.gateway.downloads.schemas import StartDownloadRequest
from services.gateway.downloads.service import DownloadsService
from services.gateway.events.closing import CloseCode
from services.gateway.events.live import LiveEvents
from services.gateway.events.reader import EventReader
from services.gateway.events.subscriber import Subscriber
from services.gateway.models.schemas import ModelProgress
from services.gateway.server_sent_events import KEEP_ALIVE, KEEP_ALIVE_S, frame
from shared.catalog import CatalogRepository
from shared.catalog.allowlist import listed
from shared.contracts.access import AssetAccess, may_see
from shared.contracts.assets import Asset
from shared.contracts.errors import (
    Cancelled,
    Internal,
    NotFound,
    RateLimited,
    SokhanError,
    Unauthenticated,
    Unavailable,
)
from shared.contracts.events import Event
from shared.contracts.hints import Action, Hint
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadJob, DownloadView
from shared.contracts.rpc import ErrorInfo
from shared.contracts.states import JobKind, JobState
from shared.files import DataTree, read_access
from shared.jobs import JobService

_ASK_AGAIN_S = 1.0
# Older clients ask about a download that they have just started; older jobs are not searched.
_LATEST = 200


@dataclass(frozen=True, slots=True)
class ModelsService:
    downloads: DownloadsService
    jobs: JobService
    assets: AssetsService
    catalog: CatalogRepository
    live: LiveEvents
    tree: DataTree

    async def start(self, model_id: str, caller: CallerIdentity) -> tuple[DownloadJob, bool]:
        """The download and whether it is new. Raises what `DownloadsService.start` raises."""
        return await self.downloads.start(StartDownloadRequest(model_id=model_id), caller)

    async def progress(self, model_id: str, owner: str, revoked: asyncio.Event) -> AsyncIterator[bytes]:
        """Server-sent events that start with the current state. Raises `NotFound`, `RateLimited` before the first."""
        job = await self._latest(model_id, owner)
        if job is not None and not job.terminal:
            with self.live.listener(owner, "sse"):  # an error with its status, before the stream takes its own place
                pass
            return self._follow(model_id, job.id, owner, revoked)
        return _once(await self._ended(model_id, job, owner))

    async def _latest(self, model_id: str, owner: str) -> DownloadJob | None:
        """The active download, otherwise the newest ended one."""
        repository = self.jobs.repository
        active = [j for j in await repository.active_of(DOWNLOAD, owner) if _is_of(j, model_id)]
        if active:
            return active[-1]
        newest, _ = await repository.page(DOWNLOAD, owner, limit=_LATEST)
        return next((job for job in newest if _is_of(job, model_id)), None)

    async def _ended(self, model_id: str, job: DownloadJob | None, owner: str) -> ModelProgress:
        asset = await self._installed(model_id, owner)
        failed_since = job is not None and job.state is not JobState.COMPLETED and _after(job, asset)
        if job is not None and failed_since:
            return model_progress(model_id, DOWNLOAD.view(job))
        if asset is not None:
            return _of_asset(model_id, asset)
        if job is not None and await self._on_disk(job):  # the scanner has not seen it yet
            return model_progress(model_id, DOWNLOAD.view(job))
        raise NotFound(f"There is no download of {model_id}.", hint=Hint(Action.START_DOWNLOAD, model_id))

    async def _installed(self, model_id: str, owner: str) -> Asset | None:
        entry = listed(model_id, None, await self.catalog.list())
        asset_id = entry.id if entry else model_id
        model = await self.assets.with_id("model", asset_id, owner)
        return model or await self.assets.with_id("dataset", asset_id, owner)

    async def _on_disk(self, job: DownloadJob) -> bool:
        """Whether the folder is there, and the job's owner has not given it up since."""
        folder = self.tree.folder(job.spec.repo_type, job.spec.target_asset_id)
        if not await asyncio.to_thread(folder.is_dir):
            return False
        access = await asyncio.to_thread(read_access, folder) or AssetAccess()
        return may_see(job.owner, access)

    async def _follow(self, model_id: str, job_id: str, owner: str, revoked: asyncio.Event) -> AsyncIterator[bytes]:
        """Frames until the job ends, also across failures of the bus, the store and this subscriber."""
        try:
            async with aclosing(self._states(model_id, job_id, owner, revoked)) as frames:
                async for sent in frames:
                    yield sent
        except RateLimited as error:  # other streams of the owner took the place between two subscriptions
            yield _frame(_failed(model_id, error))

    async def _states(self, model_id: str, job_id: str, owner: str, revoked: asyncio.Event) -> AsyncGenerator[bytes]:
        while True:
            with self.live.listener(owner, "sse") as subscriber:
                try:
                    await self.live.subscribe(subscriber, f"{JobKind.DOWNLOAD}:{job_id}")
                except Unavailable:
                    await asyncio.sleep(_ASK_AGAIN_S)
                    yield KEEP_ALIVE
                    continue
                except SokhanError as error:
                    yield _frame(_failed(model_id, error))
                    return
                reader = EventReader(subscriber, revoked, self.live.stopping)
                async for sent in _progress_frames(model_id, subscriber, reader):
                    yield sent
                if reader.ended is CloseCode.REVOKED:
                    yield _frame(_failed(model_id, Unauthenticated("The session or the key has been revoked.")))
                if subscriber.all_final or reader.ended is not None:
                    return
                # The client read too slowly: subscribe again, which delivers the current state.


async def _progress_frames(model_id: str, subscriber: Subscriber, reader: EventReader) -> AsyncIterator[bytes]:
    last: ModelProgress | None = None
    while not (subscriber.queue.empty() and subscriber.all_final):
        found = await reader.next(KEEP_ALIVE_S)
        if found is None:
            yield KEEP_ALIVE
            continue
        if isinstance(found, CloseCode):
            return
        progress = _read(model_id, found.encoded)
        if progress is not None and progress != last:
            last = progress
            yield _frame(progress)


def _read(model_id: str, encoded: bytes) -> ModelProgress | None:
    event = Event.model_validate_json(encoded)
    try:
        return model_progress(model_id, DownloadView.model_validate(event.data))
    except ValidationError:
        # An event of a newer worker: it is skipped unless it is the terminal one.
        return (
            _failed(model_id, Internal("The download ended in a way this gateway cannot read."))
            if event.final
            else None
        )


async def _once(progress: ModelProgress) -> AsyncIterator[bytes]:
    yield _frame(progress)


def model_progress(model_id: str, job: DownloadView) -> ModelProgress:
    """A job in the format of older clients: cancelled is `error`, paused is `downloading`."""
    match job.state:
        case JobState.COMPLETED:
            status, error = "done", None
        case JobState.FAILED:
            status, error = "error", job.error or ErrorInfo.of(Internal("The download failed."))
        case JobState.CANCELLED:
            status, error = "error", ErrorInfo.of(Cancelled("The download was cancelled."))
        case _:
            status, error = "downloading", None
    return ModelProgress(
        model_id=model_id,
        status=status,
        progress=job.progress,
        bytes_downloaded=job.bytes_downloaded,
        total_bytes=job.bytes_total,
        error=error,
    )


def _of_asset(model_id: str, asset: Asset) -> ModelProgress:
    if asset.status == "ready":
        size = asset.size
        return ModelProgress(model_id=model_id, status="done", progress=100.0, bytes_downloaded=size, total_bytes=size)
    return _failed(model_id, NotFound(asset.problem or f"{model_id} is not complete on disk."))


def _failed(model_id: str, error: SokhanError) -> ModelProgress:
    return ModelProgress(
        model_id=model_id, status="error", progress=0.0, bytes_downloaded=0, total_bytes=0, error=ErrorInfo.of(error)
    )


def _is_of(job: DownloadJob, model_id: str) -> bool:
    return model_id in {job.spec.target_asset_id, job.spec.repo_id}


def _after(job: DownloadJob, asset: Asset | None) -> bool:
    return asset is None or job.finished_at is None or job.finished_at > asset.downloaded_at


def _frame(progress: ModelProgress) -> bytes:
    return frame(progress.model_dump_json(by_alias=True, exclude_none=True))

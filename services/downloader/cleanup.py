"""Removes the partial files of cancelled downloads.

A running job cleans up before it ends. A job that was cancelled while queued or paused has no worker: its event starts
the cleanup, or the scan at the start of the service if the event was missed.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from nats.aio.msg import Msg

from services.downloader.access import RepositoryAccess
from services.downloader.installer import remove_if_empty
from services.downloader.threads import in_thread
from shared.contracts.events import Event
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadJob, DownloadSpec
from shared.contracts.states import JobState
from shared.files import DataTree, try_lock
from shared.files.part_names import partial_targets
from shared.files.partial import remove_partial
from shared.files.patterns import chosen
from shared.jobs import JobRepository
from shared.telemetry import get_logger

_LOG = get_logger("downloader")


class PartialFileCleanup:
    def __init__(self, tree: DataTree, repository: JobRepository) -> None:
        self._tree = tree
        self._repository = repository

    async def on_event(self, message: Msg) -> None:
        event = Event.model_validate_json(message.data)
        if event.job_id is None or event.data.get("state") != JobState.CANCELLED:
            return
        job = await self._repository.get(DOWNLOAD, event.job_id)
        if job is not None:
            await self.remove_alone(job)

    async def look(self) -> None:
        """Clean up downloads that were cancelled while no downloader ran."""
        for repo_type, asset_id in await asyncio.to_thread(_unfinished, self._tree):
            same = {"spec.repo_type": repo_type}
            job = await self._repository.newest(
                DOWNLOAD, {**same, "spec.asset_id": asset_id}
            ) or await self._repository.newest(DOWNLOAD, {**same, "spec.asset_id": None, "spec.repo_id": asset_id})
            if job is not None and job.state is JobState.CANCELLED:
                await self.remove_alone(job)

    async def remove_alone(self, job: DownloadJob) -> None:
        """`remove`, for a job without a worker. Does nothing while another job has the folder's lock."""
        with try_lock(self._folder(job), self._tree.locks) as mine:
            if mine:
                await self.remove(job)

    async def remove(self, job: DownloadJob) -> None:
        """Remove the job's partial files, unless another active job needs them, and its owner's hold on the others.

        The caller holds the folder's lock.
        """
        spec = job.spec
        same = {"spec.repo_id": spec.repo_id, "spec.repo_type": spec.repo_type}
        active = [other for other in await self._repository.active(DOWNLOAD, same) if other.id != job.id]
        others = [other for other in active if other.spec.target_asset_id == spec.target_asset_id]
        folder = self._folder(job)
        if not others:
            await in_thread(_remove, folder, spec)
        if not any(other.owner == job.owner for other in others):
            await in_thread(RepositoryAccess(folder, self._tree.locks, spec.repo_type, job.owner).withdraw)

    def _folder(self, job: DownloadJob) -> Path:
        return self._tree.folder(job.spec.repo_type, job.spec.target_asset_id)


def _remove(folder: Path, spec: DownloadSpec) -> None:
    for target in partial_targets(folder):
        if chosen(target.relative_to(folder).as_posix(), spec.include, spec.exclude):
            _LOG.info("partial_file_removed", path=target.name)
            remove_partial(target)
    remove_if_empty(folder)


def _unfinished(tree: DataTree) -> list[tuple[str, str]]:
    """The kind and id of each asset folder with partial files in it."""
    folders = [(kind, f) for kind in ("model", "dataset") for f in sorted((tree.root / f"{kind}s").glob("*/*"))]
    return [
        (kind, tree.asset_id(folder)) for kind, folder in folders if folder.is_dir() and any(partial_targets(folder))
    ]

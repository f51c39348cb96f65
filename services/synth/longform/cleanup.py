"""Removes the folders of cancelled jobs, and texts whose job was never created."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from nats.aio.msg import Msg

from shared.contracts.events import Event
from shared.contracts.kinds import SPEECH
from shared.contracts.states import JobState
from shared.files import DataTree, remove_tree, try_lock
from shared.jobs import JobRepository
from shared.objects import SHARED_FOLDER, UnitAccess
from shared.telemetry import get_logger

_LOG = get_logger("synth")
# The gateway writes the text just before the job; a text without a job after a day is orphaned.
_ORPHANED_S = 24 * 3600.0


class RenderCleanup:
    """A running job cleans up before it ends; a job that was cancelled while queued or paused has no worker."""

    def __init__(
        self,
        tree: DataTree,
        repository: JobRepository,
        now: Callable[[], datetime],
        units: UnitAccess = SHARED_FOLDER,
    ) -> None:
        self._units = units
        self._tree = tree
        self._repository = repository
        self._now = now

    async def on_event(self, message: Msg) -> None:
        """Remove the folder of a job when its cancellation is published."""
        event = Event.model_validate_json(message.data)
        if event.job_id is not None and event.data.get("state") == JobState.CANCELLED:
            folder = self._tree.renders / event.job_id
            await asyncio.to_thread(self._remove, folder)
            await self._units.removed(self._tree.relative(folder))

    async def scan(self) -> None:
        """Clean up jobs that were cancelled while no synth ran. Raises `Unavailable`."""
        for folder in await asyncio.to_thread(lambda: sorted(self._tree.renders.iterdir())):
            job = await self._repository.get(SPEECH, folder.name)
            if job is None:
                age = self._now().timestamp() - (await asyncio.to_thread(folder.lstat)).st_mtime
                stale = age > _ORPHANED_S
            else:
                stale = job.state is JobState.CANCELLED
            if stale:
                await asyncio.to_thread(self._remove, folder)

    def _remove(self, folder: Path) -> None:
        """Remove a folder unless another process holds its lock. Blocking."""
        with try_lock(folder, self._tree.locks) as mine:
            if mine and folder.exists():
                remove_tree(folder)
                _LOG.info("cleanup_finished", job_id=folder.name)

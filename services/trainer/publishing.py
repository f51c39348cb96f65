"""Publishes the checkpoints of a run and then records them, beside the run: a slow bucket does not hold it up."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from services.trainer.interface.protocol import CheckpointSaved
from shared.contracts.errors import SokhanError
from shared.objects import UnitAccess
from shared.objects.errors import Busy, Superseded
from shared.telemetry import get_logger

_LOG = get_logger("trainer")
_AGAIN_S = 5.0


class CheckpointPublisher:
    """`record` notes a checkpoint in the store: what is noted can be resumed from on every machine.

    `leaving` is set when the run is to be left, such as for the stop of this service: then one try is enough, and what
    it does not reach stays on this machine, without a note.
    """

    def __init__(
        self,
        units: UnitAccess,
        folder: str,
        record: Callable[[CheckpointSaved], Awaitable[None]],
        leaving: asyncio.Event,
    ) -> None:
        self._units = units
        self._folder = folder
        self._record = record
        self._leaving = leaving
        self._saved: asyncio.Queue[CheckpointSaved] = asyncio.Queue()

    def add(self, message: CheckpointSaved) -> None:
        self._saved.put_nowait(message)

    async def run(self) -> None:
        """Publish and record, in order, until cancelled. Raises what `record` raises."""
        while True:
            message = await self._saved.get()
            if await self._publish():
                await self._record(message)
            self._saved.task_done()

    async def finish(self) -> None:
        """Wait until all that were added are recorded, or given up."""
        await self._saved.join()

    async def _publish(self) -> bool:
        while True:
            try:
                await self._units.publish_below(self._folder)
                return True
            except (SokhanError, Busy, Superseded, OSError) as error:
                _LOG.warning("checkpoint_not_published", reason=str(error) or type(error).__name__)
                if self._leaving.is_set():
                    return False
            await asyncio.sleep(_AGAIN_S)

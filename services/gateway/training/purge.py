"""Takes an ended run away with all that was kept of it. The voices that were made of it stay."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from services.gateway.training.checkpoints import CheckpointsService
from services.gateway.training.schemas import Purged
from shared.contracts.errors import Conflict
from shared.contracts.kinds import TRAINING
from shared.files import remove_tree
from shared.jobs import JobRepository
from shared.products.checkpoint import discard
from shared.runs import RunRepository


@dataclass(frozen=True, slots=True)
class Purge:
    repository: JobRepository
    checkpoints: CheckpointsService
    runs: RunRepository

    async def __call__(self, run: str, owner: str) -> Purged:
        """The document goes last, so that what was interrupted can be asked again. Raises `NotFound`, `Conflict`."""
        job = await self.repository.owned(TRAINING, run, owner)
        if not job.terminal:
            raise Conflict(f"The run is {job.state}.", hint="Cancel it first.")
        kept = await self.checkpoints.of(job)
        for each in kept:
            if each.view.deployed_as is not None:
                raise Conflict(
                    f"The checkpoint of step {each.view.step} is deployed as {each.view.deployed_as}.",
                    hint="Undeploy it first.",
                )
        if await self.checkpoints.starting_from(run):
            raise Conflict("Another run starts from one of its checkpoints.", hint="Wait until that run has ended.")
        for each in kept:
            if not await asyncio.to_thread(discard, each.folder) and each.view.state == "ready":
                raise Conflict(f"The checkpoint of step {each.view.step} is being read.", hint="Try again later.")
        await asyncio.to_thread(remove_tree, self.checkpoints.tree.checkpoints / run)
        await self.runs.delete_run(run)
        await self.repository.forget(job)
        return Purged(id=run, checkpoints=len(kept), freed=sum(each.view.size for each in kept))

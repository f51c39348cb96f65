"""Deletes an ended run with its checkpoints and records. Voices deployed from it stay installed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from services.gateway.training.checkpoints import CheckpointsService
from services.gateway.training.schemas import DeletedRun
from shared.contracts.errors import Conflict
from shared.contracts.hints import Action, Hint
from shared.contracts.kinds import TRAINING
from shared.files import remove_tree
from shared.jobs import JobRepository
from shared.products.checkpoint import discard
from shared.runs import RunRepository


@dataclass(frozen=True, slots=True)
class RunDeletion:
    repository: JobRepository
    checkpoints: CheckpointsService
    runs: RunRepository

    async def __call__(self, run: str, owner: str) -> DeletedRun:
        """Delete an ended run. The job document goes last: an interrupted deletion can be repeated.

        Raises `NotFound`, `Conflict`.
        """
        job = await self.repository.owned(TRAINING, run, owner)
        if not job.terminal:
            raise Conflict(f"The run is {job.state}.", hint="Cancel it first.")
        checkpoints = await self.checkpoints.of(job)
        for checkpoint in checkpoints:
            if checkpoint.view.deployed_as is not None:
                raise Conflict(
                    f"The checkpoint of step {checkpoint.view.step} is deployed as {checkpoint.view.deployed_as}.",
                    hint=Hint(Action.UNDEPLOY),
                )
        if await self.checkpoints.starting_from(run):
            raise Conflict("Another run starts from one of its checkpoints.", hint="Wait until that run has ended.")
        for checkpoint in checkpoints:
            if not await asyncio.to_thread(discard, checkpoint.folder) and checkpoint.view.state == "ready":
                raise Conflict(f"The checkpoint of step {checkpoint.view.step} is being read.", hint="Try again later.")
        await asyncio.to_thread(remove_tree, self.checkpoints.tree.checkpoints / run)
        await self.runs.delete_run(run)
        await self.repository.forget(job)
        return DeletedRun(
            id=run, checkpoints=len(checkpoints), freed=sum(checkpoint.view.size for checkpoint in checkpoints)
        )

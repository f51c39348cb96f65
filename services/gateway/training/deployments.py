"""Deploys a checkpoint as a voice or a model, and removes the deployment."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from services.gateway.assets.installed import InstalledService
from services.gateway.auth import CallerIdentity
from services.gateway.training.checkpoints import CheckpointsService, StoredCheckpoint
from services.gateway.training.product_ids import product_id
from services.gateway.training.schemas import DeployedView
from shared.assets import AssetRefresh
from shared.contracts.access import Role
from shared.contracts.errors import Conflict, NotFound
from shared.contracts.hints import Action, Hint
from shared.contracts.holding import owned_by
from shared.contracts.kinds import TRAINING
from shared.contracts.owners import SOLE_OWNERS
from shared.files import DataTree, try_lock
from shared.files.layout import check_segment
from shared.files.read_locks import reading
from shared.jobs import JobService
from shared.products import Deployed, Origin, deploy, origin_of, read_mark, remove_mark, write_mark
from shared.products.checkpoint import METRICS
from shared.runs import RunRepository


@dataclass(frozen=True, slots=True)
class DeploymentsService:
    checkpoints: CheckpointsService
    installed: InstalledService
    jobs: JobService
    runs: RunRepository
    tree: DataTree
    refresh: AssetRefresh

    async def deploy(self, run: str, step: int, name: str, owner: str) -> DeployedView:
        """Deploy; the product is usable when this returns. Idempotent. Raises `NotFound`, `Conflict`, `Validation`."""
        check_segment(name)
        await self.checkpoints.require_own(run, owner)
        checkpoint = await self.checkpoints.whole(run, step, owner)
        if checkpoint.view.deployed_as not in {None, name}:
            raise Conflict(
                f"The checkpoint of step {step} is deployed as {checkpoint.view.deployed_as} already.",
                hint=Hint(Action.UNDEPLOY),
            )
        asset_id = await asyncio.to_thread(product_id, self.tree, name, checkpoint.job.owner, run)
        older = await asyncio.to_thread(origin_of, self.tree.folder("model", asset_id))
        mine = {older.run_id} if older is not None and await self._owns(older.run_id, owner) else set()
        origin = await asyncio.to_thread(self._publish, checkpoint, name, asset_id, mine)
        if older is not None and (older.run_id, older.step) != (run, step):
            await self._forget(older.run_id, older.step, name)
        await self.runs.set_deployed(run, step, name)
        await self.refresh()
        return DeployedView(name=name, id=asset_id, version=origin.version, step=step, run=run)

    async def undeploy(self, run: str, step: int, owner: str) -> DeployedView:
        """Remove the deployment. Raises `NotFound` if there is none, `Conflict` while its product is in use."""
        await self.checkpoints.require_own(run, owner)
        checkpoint = await self.checkpoints.find(run, step, owner)
        name = checkpoint.view.deployed_as
        if name is None:
            await self._forget(run, step, None)
            raise NotFound(f"The checkpoint of step {step} is not deployed.")
        asset_id = await asyncio.to_thread(product_id, self.tree, name, checkpoint.job.owner, run)
        folder = self.tree.folder("model", asset_id)
        origin = await asyncio.to_thread(origin_of, folder)
        with suppress(NotFound):  # removed concurrently
            await self.installed.remove(asset_id, "model", CallerIdentity(owner, role=Role.MEMBER))
        if await asyncio.to_thread(folder.exists):
            raise Conflict(f"{asset_id} was deployed a moment ago.", hint="Try again in a moment.")
        await self._forget(run, step, name)
        return DeployedView(name=name, id=asset_id, version=origin.version if origin else 0, step=step, run=run)

    async def _owns(self, run: str, owner: str) -> bool:
        job = await self.jobs.repository.get(TRAINING, run)
        return job is not None and (job.owner == owner or owner in SOLE_OWNERS)

    def _publish(self, checkpoint: StoredCheckpoint, name: str, asset_id: str, mine: set[str]) -> Origin:
        """Blocking, but fast: weights are hard-linked, not copied."""
        target = self.tree.folder("model", asset_id)
        with _reading(checkpoint), try_lock(target, self.tree.locks) as alone:
            if not alone:
                raise Conflict(f"{asset_id} is being written just now.", hint="Try again in a moment.")
            origin = Origin(name=name, run_id=checkpoint.job.id, step=checkpoint.view.step)
            try:
                done = deploy(
                    checkpoint.folder,
                    target,
                    recipe=checkpoint.spec.recipe,
                    origin=origin,
                    scratch=self.tree.tmp,
                    mine=mine,
                    access=owned_by(checkpoint.job.owner),
                )
            except FileExistsError:
                raise Conflict(f"There is something else called {asset_id}.", hint="Choose another name.") from None
            write_mark(checkpoint.folder, Deployed(name=name, version=done.version))
        return done

    async def _forget(self, run: str, step: int, name: str | None) -> None:
        """Remove the mark that the checkpoint is deployed under this name, or under any name if None."""
        folder = self.checkpoints.folder(run, step)
        mark = await asyncio.to_thread(read_mark, folder)
        if mark is not None and name not in {None, mark.name}:
            return
        await asyncio.to_thread(remove_mark, folder)
        await self.runs.set_deployed(run, step, None)


@contextmanager
def _reading(checkpoint: StoredCheckpoint) -> Iterator[None]:
    try:
        with reading(checkpoint.folder / METRICS):
            yield
    except FileNotFoundError as error:
        raise NotFound(f"The files of the checkpoint of step {checkpoint.view.step} are gone.") from error

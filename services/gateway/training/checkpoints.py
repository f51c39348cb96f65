"""Checkpoints of a run: list, fetch, play, remove. The best, the last, deployed and open ones cannot be removed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from services.gateway.training.product_ids import product_id
from services.gateway.training.schemas import CheckpointView
from services.gateway.training.tar import TarResponse, folder_tar
from shared.contracts.errors import Conflict, NotFound
from shared.contracts.hints import Action, Hint
from shared.contracts.kinds import TRAINING
from shared.contracts.kinds.training import TrainingJob, TrainingSpec
from shared.files import DataTree
from shared.files.opening import names_below
from shared.files.read_locks import start_reading
from shared.jobs import JobRepository
from shared.products import DEPLOYED, STARTS_HERE, origin_of, read_mark
from shared.products.checkpoint import METRICS, SAMPLES, discard
from shared.runs import CheckpointRecord, RunRepository

_AUDIO = frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus"})


@dataclass(frozen=True, slots=True)
class StoredCheckpoint:
    """One checkpoint with its record, its folder and the job that it belongs to."""

    job: TrainingJob
    folder: Path
    view: CheckpointView

    @property
    def spec(self) -> TrainingSpec:
        return self.job.spec


@dataclass(frozen=True, slots=True)
class CheckpointsService:
    repository: JobRepository
    runs: RunRepository
    tree: DataTree

    async def views(self, run: str, owner: str) -> list[CheckpointView]:
        """Oldest first. Raises `NotFound`."""
        return [checkpoint.view for checkpoint in await self.of(await self.repository.visible(TRAINING, run, owner))]

    async def of(self, job: TrainingJob) -> list[StoredCheckpoint]:
        records = await self.runs.checkpoints(job.id)
        return await asyncio.to_thread(lambda: [self._checkpoint(job, record) for record in records])

    async def find(self, run: str, step: int, owner: str) -> StoredCheckpoint:
        """One checkpoint, to read it. Raises `NotFound`, also for another owner's private run."""
        job = await self.repository.visible(TRAINING, run, owner)
        record = await self.runs.checkpoint(run, step)
        if record is None:
            raise NotFound(f"The run has no checkpoint of step {step}.", hint=Hint(Action.LIST_CHECKPOINTS))
        return await asyncio.to_thread(self._checkpoint, job, record)

    async def require_own(self, run: str, owner: str) -> None:
        """Raises `NotFound` for another owner's private run, `Forbidden` for a shared one."""
        await self.repository.owned(TRAINING, run, owner)

    async def whole(self, run: str, step: int, owner: str) -> StoredCheckpoint:
        """Like `find`, but also raises `NotFound` if its files are missing."""
        checkpoint = await self.find(run, step, owner)
        if checkpoint.view.state == "missing":
            raise _gone(checkpoint)
        return checkpoint

    @asynccontextmanager
    async def held(self, run: str, step: int, owner: str) -> AsyncIterator[StoredCheckpoint]:
        """Like `whole`, of an own run, with a lock against removal for the duration of the block.

        Raises `NotFound`, `Forbidden`.
        """
        await self.require_own(run, owner)
        checkpoint = await self.whole(run, step, owner)
        with await asyncio.to_thread(guard, checkpoint):
            yield checkpoint

    async def fetch(self, run: str, step: int, owner: str, revoked: asyncio.Event | None = None) -> TarResponse:
        """A tar response that holds a lock against removal until it is sent. Raises `NotFound`."""
        checkpoint = await self.whole(run, step, owner)
        name = f"{checkpoint.spec.name}-{step}"
        held = await asyncio.to_thread(guard, checkpoint)
        try:
            tar = await asyncio.to_thread(folder_tar, checkpoint.folder, name, frozenset({DEPLOYED, STARTS_HERE}))
        except BaseException:
            held.close()
            raise
        return TarResponse(tar, f"{name}.tar", held.close, revoked)

    async def sample(self, run: str, step: int, name: str, owner: str) -> Path:
        """Raises `NotFound`."""
        checkpoint = await self.find(run, step, owner)
        if name not in checkpoint.view.samples:
            raise NotFound(f"The checkpoint of step {step} has no sample {name[:80]}.")
        return checkpoint.folder / SAMPLES / name

    async def remove(self, run: str, step: int, owner: str) -> CheckpointView:
        """Remove the files, then the record. Raises `NotFound`, `Forbidden`, `Conflict`."""
        await self.require_own(run, owner)
        checkpoint = await self.find(run, step, owner)
        if reason := await self._needed(checkpoint):
            raise Conflict(f"The checkpoint of step {step} is {reason}.")

        def deployed() -> bool:
            return self._deployed_as(checkpoint.job, step, None) is not None

        if checkpoint.view.state == "ready" and not await asyncio.to_thread(discard, checkpoint.folder, deployed):
            raise Conflict(f"The checkpoint of step {step} is being read.", hint="Try again when that is done.")
        await self.runs.delete_checkpoints(run, [step])
        return checkpoint.view

    async def _needed(self, checkpoint: StoredCheckpoint) -> str | None:
        """Why it cannot be removed, or None."""
        step = checkpoint.view.step
        progress = checkpoint.job.progress
        newest = await self.runs.last_checkpoint_step(checkpoint.job.id)
        best, last = progress.best_checkpoint, progress.last_checkpoint
        if checkpoint.view.deployed_as is not None:
            return f"deployed as {checkpoint.view.deployed_as}; undeploy it first"
        if checkpoint.view.best or (best is not None and best.step == step):
            return "the run's best, which is kept"
        if (last is not None and last.step == step) or newest == step:
            return "the run's last, which is kept"
        if await self.starting_from(checkpoint.job.id, step):
            return "what another run starts from"
        return None

    async def starting_from(self, run: str, step: int | None = None) -> bool:
        """Whether an active run starts from this checkpoint (or, without a step, from any of the run)."""
        where: dict[str, str | int] = {"spec.start_from.run": run}
        if step is not None:
            where["spec.start_from.step"] = step
        return bool(await self.repository.active(TRAINING, where, limit=1))

    async def deployed(self, ids: Sequence[str]) -> Mapping[str, str]:
        """The names under which checkpoints are deployed, by their ids, `run/step`. Those of lost runs are left out."""
        wanted = [(run, int(step)) for run, _, step in (each.partition("/") for each in ids) if step.isdecimal()]
        runs = sorted({run for run, _ in wanted})
        recorded = {(each.run, each.step): each.deployed_as for each in await self.runs.deployed(runs)} if runs else {}

        def marked() -> list[tuple[str, int]]:
            return [each for each in wanted if each in recorded or read_mark(self.folder(*each)) is not None]

        candidates = await asyncio.to_thread(marked)
        jobs = {run: await self.repository.newest(TRAINING, {"id": run}) for run in {run for run, _ in candidates}}

        def names() -> dict[str, str]:
            found: dict[str, str] = {}
            for run, step in candidates:
                job = jobs[run]
                name = self._deployed_as(job, step, recorded.get((run, step))) if job is not None else None
                if name is not None:
                    found[f"{run}/{step}"] = name
            return found

        return await asyncio.to_thread(names)

    def folder(self, run: str, step: int) -> Path:
        return self.tree.checkpoints / run / str(step)

    def _checkpoint(self, job: TrainingJob, record: CheckpointRecord) -> StoredCheckpoint:
        """Blocking."""
        folder = self.folder(job.id, record.step)
        names = [name for name in names_below(folder, SAMPLES) if Path(name).suffix in _AUDIO]
        view = CheckpointView(
            step=record.step,
            epoch=record.epoch,
            size=record.size,
            best=record.best,
            values=dict(record.values),
            created_at=record.created_at,
            deployed_as=self._deployed_as(job, record.step, record.deployed_as),
            samples=tuple(names),
            sha256=record.sha256,
            state="ready" if (folder / METRICS).is_file() else "missing",
        )
        return StoredCheckpoint(job, folder, view)

    def _deployed_as(self, job: TrainingJob, step: int, recorded: str | None) -> str | None:
        """A mark is ignored if its product was removed or replaced in another way."""
        mark = read_mark(self.folder(job.id, step))
        name = mark.name if mark is not None else recorded
        if name is None:
            return None
        origin = origin_of(self.tree.folder("model", product_id(self.tree, name, job.owner, job.id)))
        return name if origin is not None and (origin.run_id, origin.step) == (job.id, step) else None


def guard(checkpoint: StoredCheckpoint) -> IO[bytes]:
    """An open lock that protects the files until it is closed. Blocking. Raises `NotFound`."""
    try:
        return start_reading(checkpoint.folder / METRICS)
    except FileNotFoundError:
        raise _gone(checkpoint) from None


def _gone(checkpoint: StoredCheckpoint) -> NotFound:
    return NotFound(f"The files of the checkpoint of step {checkpoint.view.step} are gone.")

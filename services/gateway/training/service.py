"""Training runs: validation by the trainer, start, control, restore; metrics and logs from the store."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence

from services.gateway.assets.service import AssetsService
from services.gateway.paging import PageQuery
from services.gateway.training.checkpoints import CheckpointsService, StoredCheckpoint
from services.gateway.training.curves import CurveQuery, CurveReader
from services.gateway.training.logs import line_view
from services.gateway.training.schemas import LogLineView, MetricsView, RestoreRequest, StartTrainingRequest
from shared.bus import Bus, call
from shared.contracts import subjects
from shared.contracts.access import Visibility
from shared.contracts.errors import Conflict, Unavailable
from shared.contracts.kinds import TRAINING
from shared.contracts.kinds.training import (
    CheckpointOrigin,
    TrainingJob,
    TrainingSpec,
    TrainingView,
    check_request,
    completed_spec,
)
from shared.contracts.rpc import CheckedTraining, ListRecipes, Recipe, RecipeList
from shared.contracts.states import Control, JobState
from shared.files.layout import check_segment
from shared.jobs import JobService
from shared.products.deployed import STARTS_HERE
from shared.runs import LogQuery, RunRepository
from shared.telemetry import get_logger

_LOG = get_logger("training")
_RPC_S = 10.0


class TrainingService:
    def __init__(
        self, jobs: JobService, runs: RunRepository, bus: Bus, checkpoints: CheckpointsService, assets: AssetsService
    ) -> None:
        self._jobs = jobs
        self._runs = runs
        self._bus = bus
        self._checkpoints = checkpoints
        self._assets = assets
        self._curves = CurveReader(runs)

    async def recipes(self) -> tuple[Recipe, ...]:
        return (await call(self._bus, subjects.RECIPES, ListRecipes(), RecipeList, timeout=_RPC_S)).recipes

    async def start(self, request: StartTrainingRequest, owner: str, key: str | None) -> TrainingJob:
        """Start a run. Raises what the trainer's validation raises: `Validation`, `NotFound`, `BadDataset`."""
        asked = request.model_dump_json()
        request = await self._resolved(request, owner)
        source = next(iter(request.datasets), None) or request.base_model or request.recipe
        name = check_segment(request.name or source.rsplit("/", 1)[-1])
        if key is not None:
            known = await self._jobs.repository.by_key(TRAINING, owner, key)
            if known is not None and _same(known.spec, request):
                return known
        spec = TrainingSpec(
            name=name,
            recipe=request.recipe,
            base_model=request.base_model,
            datasets=tuple(request.datasets),
            teacher_model=request.teacher_model,
            asr_model=request.asr_model,
            config=request.config,
        )
        return await self._accept(spec, owner, key, asked)

    async def _resolved(self, request: StartTrainingRequest, owner: str) -> StartTrainingRequest:
        """The request with canonical ids. The trainer refuses an id that the owner may not see.

        Raises `Validation` for a bare name of several assets.
        """
        base, teacher, asr = [
            await self._assets.canonical("model", name, owner) if name is not None else None
            for name in (request.base_model, request.teacher_model, request.asr_model)
        ]
        datasets = [await self._assets.canonical("dataset", name, owner) for name in request.datasets]
        changes = {"base_model": base, "teacher_model": teacher, "asr_model": asr, "datasets": datasets}
        return request.model_copy(update=changes)

    async def restore(self, run: str, step: int, request: RestoreRequest, owner: str, key: str | None) -> TrainingJob:
        """A new run that starts from the checkpoint, with the requested changes.

        Raises `NotFound`, `Validation` if no step is left, and what the trainer's validation raises.
        """
        async with self._checkpoints.held(run, step, owner) as checkpoint:
            return await self._begin_at(checkpoint, request, owner, key)

    async def _begin_at(
        self, checkpoint: StoredCheckpoint, request: RestoreRequest, owner: str, key: str | None
    ) -> TrainingJob:
        step = checkpoint.view.step
        asr_model = checkpoint.spec.asr_model
        if request.asr_model is not None:
            asr_model = await self._assets.canonical("model", request.asr_model, owner)
        changes = {
            "name": check_segment(request.name or checkpoint.spec.name),
            "config": {**checkpoint.spec.config, **request.config},
            "asr_model": asr_model,
            "start_from": CheckpointOrigin(run=checkpoint.job.id, step=step),
        }
        await asyncio.to_thread((checkpoint.folder / STARTS_HERE).touch)
        asked = f"{checkpoint.job.id}/{step} {request.model_dump_json()}"
        return await self._accept(checkpoint.spec.model_copy(update=changes), owner, key, asked)

    async def _accept(self, spec: TrainingSpec, owner: str, key: str | None, asked: str) -> TrainingJob:
        """Submit the run after the trainer's validation, with the configuration that the trainer completes.

        If no trainer answers, the run is accepted as it is; the trainer that claims it checks it first.
        """
        try:
            answer = await call(
                self._bus, subjects.CHECK_TRAINING, check_request(spec, owner), CheckedTraining, timeout=_RPC_S
            )
        except Unavailable as error:
            _LOG.warning("run_accepted_unchecked", reason=error.message)
            spec = spec.model_copy(update={"checked": False})
        else:
            spec = completed_spec(spec, answer)
        return await self._jobs.submit(TRAINING, spec, owner, idempotency_key=key, request=asked)

    async def page(self, owner: str, query: PageQuery) -> tuple[list[TrainingJob], str | None]:
        return await self._jobs.repository.page(
            TRAINING, owner, states=query.states, shared=query.shared, limit=query.limit, cursor=query.cursor
        )

    async def show(self, run: str, owner: str) -> TrainingJob:
        return await self._jobs.repository.visible(TRAINING, run, owner)

    async def _own(self, run: str, owner: str) -> TrainingJob:
        return await self._jobs.repository.owned(TRAINING, run, owner)

    async def request_control(self, run: str, owner: str, control: Control) -> TrainingJob:
        return await self._jobs.request_control(await self._own(run, owner), control)

    async def share(self, run: str, owner: str, visibility: Visibility) -> TrainingJob:
        return await self._jobs.share(await self._own(run, owner), visibility)

    async def resume(self, run: str, owner: str) -> TrainingJob:
        """Resume a paused run, or start a new run from the last checkpoint of a failed one.

        Repeated calls return the same new run. Raises `Conflict` in any other state, or without a checkpoint.
        """
        job = await self._own(run, owner)
        if job.state is not JobState.FAILED:
            return await self._jobs.resume(job)
        spec = job.spec
        steps = [row.step for row in await self._checkpoints.views(run, owner) if row.state == "ready"]
        origin = CheckpointOrigin(run=run, step=max(steps)) if steps else spec.start_from
        if origin is None:
            raise Conflict("The run failed before its first checkpoint.", hint="Start a new run.")
        for attempt in itertools.count(1):
            key = f"resume:{run}:{origin.step}:{attempt}"
            known = await self._jobs.repository.by_key(TRAINING, owner, key)
            if known is None:
                request = RestoreRequest(name=spec.name, config=dict(spec.config))
                return await self.restore(origin.run, origin.step, request, owner, key)
            if not known.terminal:
                return known
        raise AssertionError("counting has no end")

    async def views(self, jobs: Sequence[TrainingJob], viewer: str) -> list[TrainingView]:
        return await self._jobs.views(TRAINING, jobs, viewer)

    async def view(self, job: TrainingJob, viewer: str | None = None) -> TrainingView:
        """`viewer`: None for the run's owner."""
        return await self._jobs.view(TRAINING, job, viewer)

    async def metrics(self, run: str, owner: str, query: CurveQuery) -> MetricsView:
        await self.show(run, owner)
        return await self._curves.metrics(run, query)

    async def logs(self, run: str, owner: str, query: LogQuery) -> tuple[list[LogLineView], str | None]:
        await self.show(run, owner)
        lines, following = await self._runs.logs(run, query)
        return [line_view(line) for line in lines], following


def _same(spec: TrainingSpec, request: StartTrainingRequest) -> bool:
    """Whether a repeated request equals the accepted one: its settings are part of the completed configuration."""
    return (
        spec.start_from is None
        and (spec.recipe, spec.datasets) == (request.recipe, tuple(request.datasets))
        and (spec.base_model, spec.teacher_model) == (request.base_model, request.teacher_model)
        and request.asr_model in {None, spec.asr_model}
        and request.name in {None, spec.name}
        and all(spec.config.get(name) == value for name, value in request.config.items())
    )

"""Training runs: check with the trainer, accept, show, stop; metrics, logs and checkpoints from the store."""

from __future__ import annotations

from services.gateway.paging import PageQuery
from services.gateway.training.schemas import CheckpointView, LogLine, MetricPoint, Metrics, StartTraining
from services.gateway.training.thin import thin
from shared.bus import Bus, call
from shared.contracts import subjects
from shared.contracts.rpc import CheckedTraining, CheckTraining, ListRecipes, Recipe, RecipeList
from shared.contracts.specs import TrainingSpec
from shared.contracts.states import Control, JobKind
from shared.files.layout import check_segment
from shared.jobs import Job, Jobs
from shared.store import Store, Value

_RPC_S = 10.0
_PAGE = 2000
_MAX_POINTS = 200_000


class TrainingService:
    def __init__(self, jobs: Jobs, store: Store, bus: Bus) -> None:
        self._jobs = jobs
        self._store = store
        self._bus = bus

    async def recipes(self) -> tuple[Recipe, ...]:
        return (await call(self._bus, subjects.RECIPES, ListRecipes(), RecipeList, timeout=_RPC_S)).recipes

    async def start(self, wish: StartTraining, owner: str, key: str | None) -> Job:
        """Raises what the trainer finds wrong before anything starts: `Validation`, `NotFound`, `BadDataset`."""
        name = check_segment(wish.name or wish.datasets[0].rsplit("/", 1)[-1])
        if key is not None:
            known = await self._jobs.repository.by_key(JobKind.TRAINING, owner, key)
            if known is not None and isinstance(known.spec, TrainingSpec) and _same(known.spec, wish):
                return known
        question = CheckTraining(
            recipe=wish.recipe,
            config=wish.config,
            datasets=tuple(wish.datasets),
            base_model=wish.base_model,
            teacher_model=wish.teacher_model,
        )
        checked = await call(self._bus, subjects.CHECK_TRAINING, question, CheckedTraining, timeout=_RPC_S)
        spec = TrainingSpec(
            name=name,
            recipe=wish.recipe,
            base_model=wish.base_model,
            datasets=tuple(wish.datasets),
            teacher_model=wish.teacher_model,
            config=checked.config,
        )
        return await self._jobs.submit(spec, owner, idempotency_key=key)

    async def page(self, owner: str, query: PageQuery) -> tuple[list[Job], str | None]:
        return await self._jobs.repository.page(
            JobKind.TRAINING, owner, states=query.states, limit=query.limit, cursor=query.cursor
        )

    async def show(self, run: str, owner: str) -> Job:
        return await self._jobs.repository.owned(JobKind.TRAINING, run, owner)

    async def ask(self, run: str, owner: str, control: Control) -> Job:
        return await self._jobs.ask(await self.show(run, owner), control)

    async def resume(self, run: str, owner: str) -> Job:
        return await self._jobs.resume(await self.show(run, owner))

    async def metrics(
        self, run: str, owner: str, *, keys: list[str], from_step: int, to_step: int | None, points: int
    ) -> Metrics:
        await self.show(run, owner)
        steps: dict[str, Value] = {"$gte": from_step}
        if to_step is not None:
            steps["$lte"] = to_step
        found: list[MetricPoint] = []
        cursor: str | None = None
        while len(found) < _MAX_POINTS:
            page = await self._store.find(
                "training_metrics", {"run": run, "step": steps}, sort=[("step", 1)], limit=_PAGE, cursor=cursor
            )
            found.extend(MetricPoint.model_validate(item) for item in page.items)
            if page.next is None:
                break
            cursor = page.next
        names = sorted({name for point in found for name in point.values})
        chosen = [name for name in names if name in keys] if keys else names
        return Metrics(keys=tuple(chosen), points=tuple(_flat(point, chosen) for point in thin(found, chosen, points)))

    async def logs(
        self, run: str, owner: str, *, levels: list[str], after: int | None, limit: int, cursor: str | None
    ) -> tuple[list[LogLine], str | None]:
        await self.show(run, owner)
        where: dict[str, Value] = {"run": run}
        if levels:
            where["level"] = {"$in": levels}
        if after is not None:
            where["seq"] = {"$gt": after}
        page = await self._store.find("training_logs", where, sort=[("seq", 1)], limit=limit, cursor=cursor)
        return [LogLine.model_validate(item) for item in page.items], page.next

    async def checkpoints(self, run: str, owner: str) -> list[CheckpointView]:
        await self.show(run, owner)
        page = await self._store.find("checkpoints", {"run": run}, sort=[("step", 1)], limit=_PAGE)
        return [CheckpointView.model_validate(item) for item in page.items]


def _same(spec: TrainingSpec, wish: StartTraining) -> bool:
    """Whether a repeated wish is the one that was accepted: its own words stand in the full configuration."""
    return (
        (spec.recipe, spec.datasets) == (wish.recipe, tuple(wish.datasets))
        and (spec.base_model, spec.teacher_model) == (wish.base_model, wish.teacher_model)
        and wish.name in {None, spec.name}
        and all(spec.config.get(name) == value for name, value in wish.config.items())
    )


def _flat(point: MetricPoint, keys: list[str]) -> dict[str, float | int | str]:
    values: dict[str, float | int | str] = {name: point.values[name] for name in keys if name in point.values}
    return {"step": point.step, "epoch": point.epoch, "time": point.time.isoformat(), **values}

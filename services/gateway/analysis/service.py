"""Analysis of training runs: overview, status of one run, comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from services.gateway.analysis.drawing import Drawing
from services.gateway.analysis.panels import panels_of
from services.gateway.analysis.schemas import ComparedRun, Comparison, RunStatus, RunSummary, ValueAt
from services.gateway.paging import SharedPageQuery
from services.gateway.training.curves import CurveQuery, CurveReader
from services.gateway.training.logs import line_view
from services.gateway.training.schemas import MetricsView
from shared.contracts.errors import Validation
from shared.contracts.kinds import TRAINING
from shared.contracts.kinds.training import TrainingJob
from shared.contracts.wire import ConfigValue
from shared.jobs import JobRepository
from shared.quality.figures import ERROR_RATES, ideal_of
from shared.runs import LogQuery, RunRepository

MAX_RUNS = 8  # more lines are hard to distinguish
_HISTORY = 300
_LOGS = 50
_DRAWN = 1500
_HIGHER_IS_BETTER = ("accuracy", "f1", "bleu")


@dataclass(frozen=True, slots=True)
class AnalysisService:
    repository: JobRepository
    records: RunRepository
    drawing: Drawing

    async def runs(self, owner: str, query: SharedPageQuery) -> tuple[list[RunSummary], str | None]:
        jobs, following = await self.repository.page(
            TRAINING, owner, shared=query.shared, states=query.states, limit=query.limit, cursor=query.cursor
        )
        return [_summary(job) for job in jobs], following

    async def status(self, run: str, owner: str) -> RunStatus:
        """Raises `NotFound`."""
        job = await self.repository.visible(TRAINING, run, owner)
        history = await CurveReader(self.records).metrics(run, CurveQuery(points=_HISTORY))
        lines, _ = await self.records.logs(run, LogQuery(tail=_LOGS))
        return RunStatus(
            **dict(_summary(job)),
            config=job.spec.config,
            metrics=job.progress.metrics,
            base=job.progress.base,
            history=history,
            logs=tuple(line_view(line) for line in lines),
        )

    async def compare(self, runs: Sequence[str], keys: tuple[str, ...], points: int, owner: str) -> Comparison:
        """Compare runs. Raises `NotFound` for another owner's private run, `Validation` unless there are 2 to 8."""
        read = await self._read(_several(runs), CurveQuery(keys, points=points), owner)
        differing = _differing([job.spec.config for job, _ in read])
        names = sorted({key for _, metrics in read for key in metrics.keys})
        return Comparison(keys=tuple(names), runs=tuple(_compared(job, metrics, differing) for job, metrics in read))

    async def plot(self, runs: Sequence[str], keys: tuple[str, ...], owner: str) -> bytes:
        """A PNG. Raises `NotFound`, `Validation`, `Unavailable` without matplotlib."""
        read = await self._read(runs, CurveQuery(keys, points=_DRAWN), owner)
        titles = [f"{job.spec.name} ({job.id[:8]})" for job, _ in read]
        panels = panels_of([(title, metrics) for title, (_, metrics) in zip(titles, read, strict=True)], keys)
        if not panels:
            raise Validation("There is nothing to draw.", hint="The run has no such values yet.")
        return await self.drawing.draw(panels)

    async def plot_comparison(self, runs: Sequence[str], keys: tuple[str, ...], owner: str) -> bytes:
        return await self.plot(_several(runs), keys, owner)

    async def _read(self, runs: Sequence[str], query: CurveQuery, owner: str) -> list[tuple[TrainingJob, MetricsView]]:
        # Check the owner of all runs before reading any of them.
        jobs = [await self.repository.visible(TRAINING, run, owner) for run in runs]
        reader = CurveReader(self.records)
        return [(job, await reader.metrics(job.id, query)) for job in jobs]


def _several(runs: Sequence[str]) -> Sequence[str]:
    if not 2 <= len(runs) <= MAX_RUNS or len(set(runs)) != len(runs):
        raise Validation(f"Compare 2 to {MAX_RUNS} different runs.", hint="runs=<id>,<id>")
    return runs


def _summary(job: TrainingJob) -> RunSummary:
    spec, progress = job.spec, job.progress
    known = progress.metrics
    return RunSummary(
        id=job.id,
        name=spec.name,
        recipe=spec.recipe,
        state=job.state,
        base_model=spec.base_model,
        datasets=spec.datasets,
        teacher=spec.teacher_model,
        start_from=spec.start_from,
        epoch=progress.epoch,
        step=progress.step,
        max_steps=progress.max_steps,
        train_loss=_first_of(known, ("loss", "train_loss")),
        val_loss=_first_of(known, ("val_loss",)),
        accuracy=_first_of(known, ("val_accuracy", "accuracy")),
        error_rate=_first_of(known, ERROR_RATES),
        throughput=progress.throughput,
        best_checkpoint=progress.best_checkpoint,
        last_checkpoint=progress.last_checkpoint,
        progress=round(progress.fraction * 100, 2),
        error=job.error,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        updated_at=job.updated_at,
    )


def _first_of(values: dict[str, float], names: Iterable[str]) -> float | None:
    return next((values[name] for name in names if name in values), None)


def _differing(configs: Sequence[dict[str, ConfigValue]]) -> list[str]:
    names = sorted({name for config in configs for name in config})
    return [name for name in names if any(config.get(name) != configs[0].get(name) for config in configs)]


def _badness(key: str) -> Callable[[tuple[float, int]], float]:
    """What orders the pairs of value and step of a key, the best first."""
    ideal = ideal_of(key)
    if ideal is not None:
        return lambda pair: abs(pair[0] - ideal)
    sign = -1.0 if any(word in key for word in _HIGHER_IS_BETTER) else 1.0
    return lambda pair: sign * pair[0]


def _compared(job: TrainingJob, metrics: MetricsView, differing: Sequence[str]) -> ComparedRun:
    spec, progress = job.spec, job.progress
    best: dict[str, ValueAt] = {}
    last: dict[str, ValueAt] = {}
    for key in metrics.keys:
        found = [(float(point[key]), int(point["step"])) for point in metrics.points if key in point]
        if not found:  # more extremes than points: this key's did not find room
            continue
        value, step = min(found, key=_badness(key))
        best[key] = ValueAt(step=step, value=value)
        last[key] = ValueAt(step=found[-1][1], value=found[-1][0])
    return ComparedRun(
        id=job.id,
        name=spec.name,
        recipe=spec.recipe,
        state=job.state,
        step=progress.step,
        config={name: spec.config.get(name) for name in differing},
        best=best,
        last=last,
        best_checkpoint=progress.best_checkpoint,
        last_checkpoint=progress.last_checkpoint,
        points=metrics.points,
    )

"""`/api/training`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.gateway.context import IdempotencyKey, Owner, Parts
from services.gateway.envelope import Ok, OkPage
from services.gateway.paging import JobPage
from services.gateway.training.schemas import CheckpointView, LogLine, Metrics, StartTraining
from shared.contracts.rpc import Recipe
from shared.contracts.states import Control
from shared.jobs import Job, TrainingView, view

router = APIRouter(prefix="/api/training", tags=["training"])


def _run(job: Job) -> TrainingView:
    shown = view(job)
    assert isinstance(shown, TrainingView)
    return shown


@router.get("/recipes", summary="What can be trained, with every parameter")
async def recipes(parts: Parts, _: Owner) -> Ok[tuple[Recipe, ...]]:
    return Ok(data=await parts.training.recipes())


@router.post("", status_code=202, summary="Start a run")
async def start(
    wish: StartTraining, response: Response, parts: Parts, owner: Owner, key: IdempotencyKey = None
) -> Ok[TrainingView]:
    job = await parts.training.start(wish, owner, key)
    response.headers["Location"] = f"/api/training/{job.id}"
    return Ok(data=_run(job))


@router.get("", summary="Your runs, newest first")
async def page(parts: Parts, owner: Owner, query: JobPage) -> OkPage[TrainingView]:
    jobs, following = await parts.training.page(owner, query)
    return OkPage(data=[_run(job) for job in jobs], next=following)


@router.get("/{run}", summary="One run")
async def show(run: str, parts: Parts, owner: Owner) -> Ok[TrainingView]:
    return Ok(data=_run(await parts.training.show(run, owner)))


@router.delete("/{run}", summary="Cancel the run")
async def cancel(run: str, parts: Parts, owner: Owner) -> Ok[TrainingView]:
    return Ok(data=_run(await parts.training.ask(run, owner, Control.CANCEL)))


@router.post("/{run}/stop", summary="End the run early and keep what it made")
async def stop(run: str, parts: Parts, owner: Owner) -> Ok[TrainingView]:
    return Ok(data=_run(await parts.training.ask(run, owner, Control.STOP)))


@router.post("/{run}/pause", summary="Write a checkpoint and free the device")
async def pause(run: str, parts: Parts, owner: Owner) -> Ok[TrainingView]:
    return Ok(data=_run(await parts.training.ask(run, owner, Control.PAUSE)))


@router.post("/{run}/resume", summary="Go on from the last checkpoint")
async def resume(run: str, parts: Parts, owner: Owner) -> Ok[TrainingView]:
    return Ok(data=_run(await parts.training.resume(run, owner)))


@router.get("/{run}/metrics", summary="Every step's values, thinned without losing peaks")
async def metrics(
    run: str,
    parts: Parts,
    owner: Owner,
    keys: Annotated[str, Query(description="names, separated by commas; all when empty")] = "",
    from_step: Annotated[int, Query(alias="from", ge=0)] = 0,
    to_step: Annotated[int | None, Query(alias="to", ge=0)] = None,
    points: Annotated[int, Query(ge=2, le=10_000)] = 2000,
) -> Ok[Metrics]:
    names = [name.strip() for name in keys.split(",") if name.strip()]
    found = await parts.training.metrics(run, owner, keys=names, from_step=from_step, to_step=to_step, points=points)
    return Ok(data=found)


@router.get("/{run}/logs", summary="What the run said")
async def logs(
    run: str,
    parts: Parts,
    owner: Owner,
    level: Annotated[list[str] | None, Query()] = None,
    after: Annotated[int | None, Query(ge=0, description="only lines with a higher seq")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    cursor: str | None = None,
) -> OkPage[LogLine]:
    lines, following = await parts.training.logs(
        run, owner, levels=level or [], after=after, limit=limit, cursor=cursor
    )
    return OkPage(data=lines, next=following)


@router.get("/{run}/checkpoints", summary="What the run has saved")
async def checkpoints(run: str, parts: Parts, owner: Owner) -> Ok[list[CheckpointView]]:
    return Ok(data=await parts.training.checkpoints(run, owner))

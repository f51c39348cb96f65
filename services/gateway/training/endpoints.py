"""`/api/training`"""

from __future__ import annotations

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response

from services.gateway.auth import IdempotencyKey, Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok, OkPage
from services.gateway.paging import JobPage
from services.gateway.sharing import ShareRequest
from services.gateway.training.curves import CurveQuery
from services.gateway.training.deletion import RunDeletion
from services.gateway.training.parameters import Keys, names_in
from services.gateway.training.precision import columns, rounded
from services.gateway.training.schemas import ColumnsView, DeletedRun, LogLineView, MetricsView, StartTrainingRequest
from services.gateway.training.service import TrainingService
from shared.contracts.kinds.training import TrainingView
from shared.contracts.rpc import Recipe
from shared.contracts.states import Control
from shared.runs import LogLevel, LogQuery

router = APIRouter(prefix="/api/training", tags=["training"])

DeletionDep = Annotated[RunDeletion, Depends(provided(RunDeletion))]
TrainingDep = Annotated[TrainingService, Depends(provided(TrainingService))]


@router.get("/recipes", summary="Recipes with their parameters")
async def recipes(training: TrainingDep, _: Owner) -> Ok[tuple[Recipe, ...]]:
    return Ok(data=await training.recipes())


@router.post("", status_code=202, summary="Start a run")
async def start(
    request: StartTrainingRequest, response: Response, training: TrainingDep, owner: Owner, key: IdempotencyKey = None
) -> Ok[TrainingView]:
    job = await training.start(request, owner, key)
    response.headers["Location"] = f"/api/training/{job.id}"
    return Ok(data=await training.view(job))


@router.get("", summary="Your runs, newest first")
async def page(training: TrainingDep, owner: Owner, query: JobPage) -> OkPage[TrainingView]:
    jobs, following = await training.page(owner, query)
    return OkPage(data=await training.views(jobs, owner), next=following)


@router.get("/{run}", summary="One run")
async def show(run: str, training: TrainingDep, owner: Owner) -> Ok[TrainingView]:
    job = await training.show(run, owner)
    return Ok(data=await training.view(job, owner))


@router.delete(
    "/{run}",
    summary="Cancel the run; with purge=true delete an ended run with its records and checkpoints",
    responses={409: {"model": ErrorAnswer, "description": "CONFLICT: it has ended, or with purge it has not"}},
)
async def cancel(
    run: str, deletion: DeletionDep, training: TrainingDep, owner: Owner, purge: bool = False
) -> Ok[TrainingView] | Ok[DeletedRun]:
    if purge:
        return Ok[DeletedRun](data=await deletion(run, owner))
    return Ok[TrainingView](data=await training.view(await training.request_control(run, owner, Control.CANCEL)))


@router.patch("/{run}", summary="Share the run with every account, or take that back")
async def share(run: str, request: ShareRequest, training: TrainingDep, owner: Owner) -> Ok[TrainingView]:
    """A shared run is read by everyone: its curves, logs and checkpoints. Only you change it."""
    return Ok(data=await training.view(await training.share(run, owner, request.visibility)))


@router.post("/{run}/stop", summary="End the run early and keep its result")
async def stop(run: str, training: TrainingDep, owner: Owner) -> Ok[TrainingView]:
    return Ok(data=await training.view(await training.request_control(run, owner, Control.STOP)))


@router.post("/{run}/pause", summary="Write a checkpoint and free the device")
async def pause(run: str, training: TrainingDep, owner: Owner) -> Ok[TrainingView]:
    return Ok(data=await training.view(await training.request_control(run, owner, Control.PAUSE)))


@router.post("/{run}/resume", summary="Resume from the last checkpoint; a failed run resumes as a new run")
async def resume(run: str, response: Response, training: TrainingDep, owner: Owner) -> Ok[TrainingView]:
    job = await training.resume(run, owner)
    if job.id != run:
        response.headers["Location"] = f"/api/training/{job.id}"
    return Ok(data=await training.view(job))


@router.get(
    "/{run}/metrics",
    summary="Metrics by step, downsampled without losing peaks",
    response_model=Ok[MetricsView] | Ok[ColumnsView],
)
async def metrics(
    run: str,
    training: TrainingDep,
    owner: Owner,
    keys: Keys = "",
    from_step: Annotated[int, Query(alias="from", ge=0)] = 0,
    to_step: Annotated[int | None, Query(alias="to", ge=0)] = None,
    points: Annotated[int, Query(ge=2, le=10_000)] = 2000,
    precision: Annotated[
        Literal["plot", "full"], Query(description="plot: four digits, more where values lie close; full: all digits")
    ] = "plot",
    format: Annotated[
        Literal["points", "columns"], Query(description="columns: steps once, and a list of values for each key")
    ] = "points",
) -> Response:
    found = await training.metrics(run, owner, CurveQuery(names_in(keys), from_step, to_step, points))
    # In a thread: 10,000 points are some 50 ms. Written here: the framework would validate every number again.
    content = await asyncio.to_thread(_written, found, precision, format)
    return Response(content, media_type="application/json")


def _written(found: MetricsView, precision: Literal["plot", "full"], format: Literal["points", "columns"]) -> str:
    shown = rounded(found) if precision == "plot" else found
    if format == "columns":
        return Ok[ColumnsView](data=columns(shown)).model_dump_json(by_alias=True)
    return Ok[MetricsView](data=shown).model_dump_json(by_alias=True)


@router.get("/{run}/logs", summary="Log lines of the run")
async def logs(
    run: str,
    training: TrainingDep,
    owner: Owner,
    level: Annotated[list[LogLevel] | None, Query(description="may be repeated")] = None,
    after: Annotated[int | None, Query(ge=0, description="only lines with a higher seq")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    cursor: str | None = None,
    tail: Annotated[int | None, Query(ge=1, le=10_000, description="number of last lines")] = None,
) -> OkPage[LogLineView]:
    lines, following = await training.logs(run, owner, LogQuery(level or (), after, limit, cursor, tail))
    return OkPage(data=lines, next=following)

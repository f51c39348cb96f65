"""`/api/training`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.gateway.context import IdempotencyKey, Owner, Parts
from services.gateway.envelope import ErrorAnswer, Ok, OkPage
from services.gateway.paging import JobPage
from services.gateway.training.curves import Wanted
from services.gateway.training.schemas import LogLineView, Metrics, Purged, StartTraining
from shared.contracts.kinds.training import TrainingView
from shared.contracts.rpc import Recipe
from shared.contracts.states import Control
from shared.runs import LogLevel, LogQuery

router = APIRouter(prefix="/api/training", tags=["training"])

Keys = Annotated[str, Query(description="names, separated by commas; all when empty")]


def names_in(listed: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in listed.split(",") if name.strip())


@router.get("/recipes", summary="What can be trained, with every parameter")
async def recipes(parts: Parts, _: Owner) -> Ok[tuple[Recipe, ...]]:
    return Ok(data=await parts.training.recipes())


@router.post("", status_code=202, summary="Start a run")
async def start(
    wish: StartTraining, response: Response, parts: Parts, owner: Owner, key: IdempotencyKey = None
) -> Ok[TrainingView]:
    job = await parts.training.start(wish, owner, key)
    response.headers["Location"] = f"/api/training/{job.id}"
    return Ok(data=await parts.training.view(job))


@router.get("", summary="Your runs, newest first")
async def page(parts: Parts, owner: Owner, query: JobPage) -> OkPage[TrainingView]:
    jobs, following = await parts.training.page(owner, query)
    return OkPage(data=await parts.training.views(jobs), next=following)


@router.get("/{run}", summary="One run")
async def show(run: str, parts: Parts, owner: Owner) -> Ok[TrainingView]:
    job = await parts.training.show(run, owner)
    return Ok(data=await parts.training.view(job))


@router.delete(
    "/{run}",
    summary="Cancel the run; with purge=true take an ended one away, with all that was kept of it",
    responses={409: {"model": ErrorAnswer, "description": "CONFLICT: it has ended, or with purge it has not"}},
)
async def cancel(run: str, parts: Parts, owner: Owner, purge: bool = False) -> Ok[TrainingView] | Ok[Purged]:
    if purge:
        return Ok[Purged](data=await parts.purge(run, owner))
    return Ok[TrainingView](data=await parts.training.view(await parts.training.ask(run, owner, Control.CANCEL)))


@router.post("/{run}/stop", summary="End the run early and keep what it made")
async def stop(run: str, parts: Parts, owner: Owner) -> Ok[TrainingView]:
    return Ok(data=await parts.training.view(await parts.training.ask(run, owner, Control.STOP)))


@router.post("/{run}/pause", summary="Write a checkpoint and free the device")
async def pause(run: str, parts: Parts, owner: Owner) -> Ok[TrainingView]:
    return Ok(data=await parts.training.view(await parts.training.ask(run, owner, Control.PAUSE)))


@router.post("/{run}/resume", summary="Go on from the last checkpoint; of a failed run a new one does")
async def resume(run: str, response: Response, parts: Parts, owner: Owner) -> Ok[TrainingView]:
    job = await parts.training.resume(run, owner)
    if job.id != run:
        response.headers["Location"] = f"/api/training/{job.id}"
    return Ok(data=await parts.training.view(job))


@router.get("/{run}/metrics", summary="Every step's values, thinned without losing peaks", response_model=Ok[Metrics])
async def metrics(
    run: str,
    parts: Parts,
    owner: Owner,
    keys: Keys = "",
    from_step: Annotated[int, Query(alias="from", ge=0)] = 0,
    to_step: Annotated[int | None, Query(alias="to", ge=0)] = None,
    points: Annotated[int, Query(ge=2, le=10_000)] = 2000,
) -> Response:
    found = await parts.training.metrics(run, owner, Wanted(names_in(keys), from_step, to_step, points))
    # Written here: the framework would validate every number a second time.
    return Response(Ok[Metrics](data=found).model_dump_json(by_alias=True), media_type="application/json")


@router.get("/{run}/logs", summary="What the run said")
async def logs(
    run: str,
    parts: Parts,
    owner: Owner,
    level: Annotated[list[LogLevel] | None, Query(description="may be repeated")] = None,
    after: Annotated[int | None, Query(ge=0, description="only lines with a higher seq")] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
    cursor: str | None = None,
    tail: Annotated[int | None, Query(ge=1, le=10_000, description="the last so many lines")] = None,
) -> OkPage[LogLineView]:
    lines, following = await parts.training.logs(run, owner, LogQuery(level or (), after, limit, cursor, tail))
    return OkPage(data=lines, next=following)


@router.get(
    "/{run}/plot.png",
    summary="The run's curves, drawn",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "a picture"}},
)
async def plot(run: str, parts: Parts, owner: Owner, keys: Keys = "") -> Response:
    return Response(await parts.analysis.plot((run,), names_in(keys), owner), media_type="image/png")

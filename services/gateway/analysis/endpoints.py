"""`/api/analysis/training`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from services.gateway.analysis.schemas import Comparison, RunStatus, RunSummary
from services.gateway.context import Owner, Parts
from services.gateway.envelope import Ok, OkPage
from services.gateway.paging import JobPage
from services.gateway.training.endpoints import Keys, names_in

router = APIRouter(prefix="/api/analysis/training", tags=["analysis"])

Runs = Annotated[str, Query(description="2 to 8 ids, separated by commas")]


@router.get("/jobs", summary="Your runs at a glance, newest first")
async def jobs(parts: Parts, owner: Owner, query: JobPage) -> OkPage[RunSummary]:
    found, following = await parts.analysis.runs(owner, query)
    return OkPage(data=found, next=following)


@router.get("/status/{run}", summary="One run: its values now, its history, its last log lines")
async def status(run: str, parts: Parts, owner: Owner) -> Ok[RunStatus]:
    return Ok(data=await parts.analysis.status(run, owner))


@router.get("/compare", summary="The same metrics side by side")
async def compare(
    runs: Runs,
    parts: Parts,
    owner: Owner,
    keys: Keys = "",
    points: Annotated[int, Query(ge=2, le=5000, description="of each run")] = 500,
) -> Ok[Comparison]:
    return Ok(data=await parts.analysis.compare(names_in(runs), names_in(keys), points, owner))


@router.get(
    "/compare/plot.png",
    summary="Runs side by side, drawn",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "a picture"}},
)
async def plot(runs: Runs, parts: Parts, owner: Owner, keys: Keys = "") -> Response:
    return Response(await parts.analysis.plot_comparison(names_in(runs), names_in(keys), owner), media_type="image/png")

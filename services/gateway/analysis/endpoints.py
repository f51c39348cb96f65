"""`/api/analysis/training` and the plot of a run."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from services.gateway.analysis.schemas import Comparison, RunStatus, RunSummary
from services.gateway.analysis.service import AnalysisService
from services.gateway.auth import Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok, OkPage
from services.gateway.paging import SharedJobPage
from services.gateway.training.parameters import Keys, names_in

router = APIRouter(tags=["analysis"])

_PREFIX = "/api/analysis/training"

AnalysisDep = Annotated[AnalysisService, Depends(provided(AnalysisService))]

Runs = Annotated[str, Query(description="2 to 8 comma-separated ids")]


@router.get(f"{_PREFIX}/jobs", summary="Overview of your runs, or with shared=true of those that others share")
async def jobs(analysis: AnalysisDep, owner: Owner, query: SharedJobPage) -> OkPage[RunSummary]:
    found, following = await analysis.runs(owner, query)
    return OkPage(data=found, next=following)


@router.get(f"{_PREFIX}/status/{{run}}", summary="One run: current values, history, last log lines")
async def status(run: str, analysis: AnalysisDep, owner: Owner) -> Ok[RunStatus]:
    return Ok(data=await analysis.status(run, owner))


@router.get(f"{_PREFIX}/compare", summary="Compare metrics of runs")
async def compare(
    runs: Runs,
    analysis: AnalysisDep,
    owner: Owner,
    keys: Keys = "",
    points: Annotated[int, Query(ge=2, le=5000, description="per run")] = 500,
) -> Ok[Comparison]:
    return Ok(data=await analysis.compare(names_in(runs), names_in(keys), points, owner))


@router.get(
    f"{_PREFIX}/compare/plot.png",
    summary="Comparison of runs as a PNG",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "a picture"}},
)
async def plot_comparison(runs: Runs, analysis: AnalysisDep, owner: Owner, keys: Keys = "") -> Response:
    return Response(await analysis.plot_comparison(names_in(runs), names_in(keys), owner), media_type="image/png")


@router.get(
    "/api/training/{run}/plot.png",
    summary="Curves of a run as a PNG",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "a picture"}},
    tags=["training"],
)
async def plot(run: str, analysis: AnalysisDep, owner: Owner, keys: Keys = "") -> Response:
    return Response(await analysis.plot((run,), names_in(keys), owner), media_type="image/png")

"""`/api/sources/download…`"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from services.gateway.context import Asking, IdempotencyKey, Owner, Parts
from services.gateway.downloads.schemas import LimitBandwidth, PlanView, StartDownload, StartListed
from services.gateway.envelope import ErrorAnswer, Ok, OkPage
from services.gateway.paging import JobPage
from shared.contracts.kinds.download import DownloadView
from shared.contracts.states import Control

router = APIRouter(prefix="/api/sources", tags=["downloads"])
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorAnswer, "description": "MODEL_NOT_ALLOWED: not in the catalog"},
    429: {"model": ErrorAnswer, "description": "RATE_LIMITED: another download is under way; see Retry-After"},
}


def _location(response: Response, job: str) -> None:
    response.headers["Location"] = f"/api/sources/download/{job}"


@router.post("/download", status_code=202, summary="Start a download", responses=_REFUSED)
async def start(
    wish: StartDownload, response: Response, parts: Parts, asker: Asking, key: IdempotencyKey = None
) -> Ok[DownloadView]:
    """What is under way already is answered with its job; a paused one goes on."""
    job, _ = await parts.downloads.start(wish, asker, key)
    _location(response, job.id)
    return Ok(data=await parts.downloads.view(job))


@router.post("/catalog/download", status_code=202, summary="Start a download from the catalog", responses=_REFUSED)
async def start_listed(
    wish: StartListed, response: Response, parts: Parts, asker: Asking, key: IdempotencyKey = None
) -> Ok[DownloadView]:
    job, _ = await parts.downloads.start(StartDownload(model_id=wish.model_id), asker, key, listed_only=True)
    _location(response, job.id)
    return Ok(data=await parts.downloads.view(job))


@router.post("/download/plan", summary="What a download would fetch; starts nothing")
async def plan(wish: StartDownload, parts: Parts, owner: Owner) -> Ok[PlanView]:
    return Ok(data=await parts.downloads.plan(wish, owner))


@router.get("/downloads", summary="Your downloads, newest first")
async def page(parts: Parts, owner: Owner, query: JobPage) -> OkPage[DownloadView]:
    jobs, following = await parts.downloads.page(owner, query)
    return OkPage(data=await parts.downloads.views(jobs), next=following)


@router.get("/download/{job}", summary="One download")
@router.get("/download/{job}/status", summary="One download (older clients)")
async def show(job: str, parts: Parts, owner: Owner) -> Ok[DownloadView]:
    return Ok(data=await parts.downloads.view(await parts.downloads.show(job, owner)))


@router.delete("/download/{job}", summary="Cancel; its partial files are removed")
async def cancel(job: str, parts: Parts, owner: Owner) -> Ok[DownloadView]:
    return Ok(data=await parts.downloads.view(await parts.downloads.ask(job, owner, Control.CANCEL)))


@router.post("/download/{job}/pause", summary="Pause; what is fetched stays")
async def pause(job: str, parts: Parts, owner: Owner) -> Ok[DownloadView]:
    return Ok(data=await parts.downloads.view(await parts.downloads.ask(job, owner, Control.PAUSE)))


@router.post("/download/{job}/resume", summary="Go on where it was paused", responses={429: _REFUSED[429]})
async def resume(job: str, parts: Parts, asker: Asking) -> Ok[DownloadView]:
    return Ok(data=await parts.downloads.view(await parts.downloads.resume(job, asker)))


@router.post(
    "/download/{job}/retry",
    status_code=202,
    summary="Try again what has failed or was cancelled",
    responses=_REFUSED,
)
async def retry(job: str, response: Response, parts: Parts, asker: Asking) -> Ok[DownloadView]:
    """A new job, from what is left on disk; a job that waits after a failure is tried again now instead."""
    again = await parts.downloads.retry(job, asker)
    _location(response, again.id)
    return Ok(data=await parts.downloads.view(again))


@router.patch("/download/{job}", summary="Change its bandwidth cap while it runs")
async def limit_bandwidth(job: str, wish: LimitBandwidth, parts: Parts, owner: Owner) -> Ok[DownloadView]:
    return Ok(data=await parts.downloads.view(await parts.downloads.limit_bandwidth(job, owner, wish.bandwidth)))

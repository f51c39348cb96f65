"""`/api/sources/download…`"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response

from services.gateway.auth import Caller, IdempotencyKey, Owner
from services.gateway.dependencies import provided
from services.gateway.downloads.schemas import LimitBandwidthRequest, PlanView, StartDownloadRequest, StartListedRequest
from services.gateway.downloads.service import DownloadsService
from services.gateway.envelope import ErrorAnswer, Ok, OkPage
from services.gateway.paging import JobPage
from shared.contracts.kinds.download import DownloadView
from shared.contracts.states import Control

router = APIRouter(prefix="/api/sources", tags=["downloads"])

DownloadsDep = Annotated[DownloadsService, Depends(provided(DownloadsService))]
_REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"model": ErrorAnswer, "description": "MODEL_NOT_ALLOWED: not in the catalog"},
    429: {"model": ErrorAnswer, "description": "RATE_LIMITED: another download is under way; see Retry-After"},
}


def _location(response: Response, job: str) -> None:
    response.headers["Location"] = f"/api/sources/download/{job}"


@router.post("/download", status_code=202, summary="Start a download", responses=_REFUSED)
async def start(
    request: StartDownloadRequest,
    response: Response,
    downloads: DownloadsDep,
    caller: Caller,
    key: IdempotencyKey = None,
) -> Ok[DownloadView]:
    """An active download is answered with its job; a paused one is resumed."""
    job, _ = await downloads.start(request, caller, key)
    _location(response, job.id)
    return Ok(data=await downloads.view(job))


@router.post("/catalog/download", status_code=202, summary="Start a download from the catalog", responses=_REFUSED)
async def start_listed(
    request: StartListedRequest, response: Response, downloads: DownloadsDep, caller: Caller, key: IdempotencyKey = None
) -> Ok[DownloadView]:
    job, _ = await downloads.start(StartDownloadRequest(model_id=request.model_id), caller, key, listed_only=True)
    _location(response, job.id)
    return Ok(data=await downloads.view(job))


@router.post("/download/plan", summary="Plan a download without starting it")
async def plan(request: StartDownloadRequest, downloads: DownloadsDep, owner: Owner) -> Ok[PlanView]:
    return Ok(data=await downloads.plan(request, owner))


@router.get("/downloads", summary="Your downloads, newest first")
async def page(downloads: DownloadsDep, owner: Owner, query: JobPage) -> OkPage[DownloadView]:
    jobs, following = await downloads.page(owner, query)
    return OkPage(data=await downloads.views(jobs, owner), next=following)


@router.get("/download/{job}", summary="One download")
@router.get("/download/{job}/status", summary="One download (older clients)")
async def show(job: str, downloads: DownloadsDep, owner: Owner) -> Ok[DownloadView]:
    return Ok(data=await downloads.view(await downloads.show(job, owner)))


@router.delete("/download/{job}", summary="Cancel a download and remove its partial files")
async def cancel(job: str, downloads: DownloadsDep, owner: Owner) -> Ok[DownloadView]:
    return Ok(data=await downloads.view(await downloads.request_control(job, owner, Control.CANCEL)))


@router.post("/download/{job}/pause", summary="Pause a download; fetched data stays")
async def pause(job: str, downloads: DownloadsDep, owner: Owner) -> Ok[DownloadView]:
    return Ok(data=await downloads.view(await downloads.request_control(job, owner, Control.PAUSE)))


@router.post("/download/{job}/resume", summary="Resume a paused download", responses={429: _REFUSED[429]})
async def resume(job: str, downloads: DownloadsDep, caller: Caller) -> Ok[DownloadView]:
    return Ok(data=await downloads.view(await downloads.resume(job, caller)))


@router.post(
    "/download/{job}/retry",
    status_code=202,
    summary="Retry a failed or cancelled download",
    responses=_REFUSED,
)
async def retry(job: str, response: Response, downloads: DownloadsDep, caller: Caller) -> Ok[DownloadView]:
    """A new job that reuses the files on disk. A job that waits for a retry is retried now instead."""
    again = await downloads.retry(job, caller)
    _location(response, again.id)
    return Ok(data=await downloads.view(again))


@router.patch("/download/{job}", summary="Change the bandwidth limit of an active download")
async def limit_bandwidth(
    job: str, request: LimitBandwidthRequest, downloads: DownloadsDep, owner: Owner
) -> Ok[DownloadView]:
    return Ok(data=await downloads.view(await downloads.limit_bandwidth(job, owner, request.bandwidth)))

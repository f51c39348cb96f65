"""`/api/sources/download…`"""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.gateway.context import IdempotencyKey, Owner, Parts
from services.gateway.downloads.schemas import StartDownload
from services.gateway.envelope import Ok, OkPage
from services.gateway.paging import JobPage
from shared.jobs import DownloadView, view

router = APIRouter(prefix="/api/sources", tags=["downloads"])


def _shown(job: object) -> DownloadView:
    assert isinstance(job, DownloadView)
    return job


@router.post("/download", status_code=202, summary="Start a download")
async def start(
    wish: StartDownload, response: Response, parts: Parts, owner: Owner, key: IdempotencyKey = None
) -> Ok[DownloadView]:
    job = await parts.downloads.start(wish, owner, key)
    response.headers["Location"] = f"/api/sources/download/{job.id}"
    return Ok(data=_shown(view(job)))


@router.get("/downloads", summary="Your downloads, newest first")
async def page(parts: Parts, owner: Owner, query: JobPage) -> OkPage[DownloadView]:
    jobs, following = await parts.downloads.page(owner, query)
    return OkPage(data=[_shown(view(job)) for job in jobs], next=following)


@router.get("/download/{job}", summary="One download")
@router.get("/download/{job}/status", summary="One download (older clients)")
async def show(job: str, parts: Parts, owner: Owner) -> Ok[DownloadView]:
    return Ok(data=_shown(view(await parts.downloads.show(job, owner))))


@router.delete("/download/{job}", summary="Cancel; its partial files are removed")
async def cancel(job: str, parts: Parts, owner: Owner) -> Ok[DownloadView]:
    return Ok(data=_shown(view(await parts.downloads.cancel(job, owner))))

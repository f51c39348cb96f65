"""`/api/speech`"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import FileResponse

from services.gateway.auth import Caller, IdempotencyKey
from services.gateway.auth.revocation import Revoked
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok, OkPage
from services.gateway.paging import JobPage
from services.gateway.renders.schemas import DeletedText, RenderRequest
from services.gateway.renders.service import RendersService
from services.gateway.revocable import RevocableFile
from services.gateway.sharing import ShareRequest
from shared.audio import MEDIA_TYPES
from shared.contracts.kinds.speech import SpeechView
from shared.contracts.states import Control

router = APIRouter(prefix="/api/speech", tags=["long texts"])

RendersDep = Annotated[RendersService, Depends(provided(RendersService))]

_NOT_YET: dict[int | str, dict[str, Any]] = {
    409: {"model": ErrorAnswer, "description": "CONFLICT: it is not completed"},
}


def _file(description: str, media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {}}, "description": description}, **_NOT_YET}


@router.post(
    "",
    status_code=202,
    summary="Render a long text into one file",
    responses={413: {"model": ErrorAnswer, "description": "TOO_LARGE: see SOKHAN_RENDER_MAX_CHARACTERS"}},
)
async def start(
    request: RenderRequest, response: Response, renders: RendersDep, caller: Caller, key: IdempotencyKey = None
) -> Ok[SpeechView]:
    """Chapters are detected by their headings. Progress is on `/ws`, topic `speech:<id>`."""
    job = await renders.start(request, caller, key)
    response.headers["Location"] = f"/api/speech/{job.id}"
    return Ok(data=await renders.view(job))


@router.get("", summary="Your renders, newest first")
async def page(renders: RendersDep, caller: Caller, query: JobPage) -> OkPage[SpeechView]:
    jobs, following = await renders.page(caller, query)
    return OkPage(data=await renders.views(jobs, caller.owner), next=following)


@router.get("/{job}", summary="One render")
async def show(job: str, renders: RendersDep, caller: Caller) -> Ok[SpeechView]:
    return Ok(data=await renders.view(await renders.show(job, caller), caller.owner))


@router.delete(
    "/{job}",
    summary="Cancel a render; with purge=true delete an ended one with its files",
    responses={409: {"model": ErrorAnswer, "description": "CONFLICT: it has ended, or with purge it has not"}},
)
async def cancel(
    job: str, renders: RendersDep, caller: Caller, purge: bool = False
) -> Ok[SpeechView] | Ok[DeletedText]:
    if purge:
        return Ok[DeletedText](data=await renders.purge(job, caller))
    return Ok[SpeechView](data=await renders.view(await renders.request_control(job, caller, Control.CANCEL)))


@router.patch("/{job}", summary="Share the render with every account, or take that back")
async def share(job: str, request: ShareRequest, renders: RendersDep, caller: Caller) -> Ok[SpeechView]:
    return Ok(data=await renders.view(await renders.share(job, caller, request.visibility)))


@router.post("/{job}/pause", summary="Pause a render; finished sentences stay")
async def pause(job: str, renders: RendersDep, caller: Caller) -> Ok[SpeechView]:
    return Ok(data=await renders.view(await renders.request_control(job, caller, Control.PAUSE)))


@router.post("/{job}/resume", summary="Resume with the next sentence")
async def resume(job: str, renders: RendersDep, caller: Caller) -> Ok[SpeechView]:
    return Ok(data=await renders.view(await renders.resume(job, caller)))


@router.post(
    "/{job}/retry",
    status_code=202,
    summary="Retry a failed render",
    responses={409: {"model": ErrorAnswer, "description": "CONFLICT: it has not failed"}},
)
async def retry(job: str, response: Response, renders: RendersDep, caller: Caller) -> Ok[SpeechView]:
    """A new job that continues the failed one. A job that waits for a retry is retried now instead."""
    again = await renders.retry(job, caller)
    response.headers["Location"] = f"/api/speech/{again.id}"
    return Ok(data=await renders.view(again))


@router.head("/{job}/audio", include_in_schema=False)
@router.get(
    "/{job}/audio",
    summary="The audio file; supports Range",
    response_class=Response,
    responses=_file("the speech", "audio/mpeg"),
)
async def audio(job: str, renders: RendersDep, caller: Caller, revoked: Revoked) -> FileResponse:
    path, spec = await renders.audio(job, caller)
    return _named(path, MEDIA_TYPES[spec.response_format], spec.title or job, revoked)


@router.get(
    "/{job}/subtitles.srt",
    summary="Subtitles as SubRip",
    response_class=Response,
    responses=_file("a cue for each sentence", "application/x-subrip"),
)
async def srt(job: str, renders: RendersDep, caller: Caller, revoked: Revoked) -> FileResponse:
    path = await renders.subtitles(job, caller, "srt")
    return _named(path, "application/x-subrip; charset=utf-8", job, revoked)


@router.get(
    "/{job}/subtitles.vtt",
    summary="Subtitles as WebVTT",
    response_class=Response,
    responses=_file("a cue for each sentence", "text/vtt"),
)
async def vtt(job: str, renders: RendersDep, caller: Caller, revoked: Revoked) -> FileResponse:
    return _named(await renders.subtitles(job, caller, "vtt"), "text/vtt; charset=utf-8", job, revoked)


def _named(path: Path, media_type: str, name: str, revoked: asyncio.Event) -> FileResponse:
    """The Content-Disposition value for this title, with characters replaced that file names cannot have."""
    safe = "".join(" " if character in '/\\:*?"<>|' or ord(character) < 32 else character for character in name)
    return RevocableFile(path, revoked, media_type=media_type, filename=f"{' '.join(safe.split())}{path.suffix}")

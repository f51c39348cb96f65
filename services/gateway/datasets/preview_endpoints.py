"""`/api/datasets/{id}/preview` and the recordings of its rows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from services.gateway.auth import Owner
from services.gateway.auth.revocation import Revoked
from services.gateway.conditional import not_modified
from services.gateway.datasets.preview import PreviewService
from services.gateway.datasets.schemas import PreviewView
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok
from services.gateway.revocable import RevocableFile
from shared.preview.models import MAX_PAGE, MAX_ROWS

router = APIRouter(prefix="/api/datasets", tags=["datasets"])

PreviewDep = Annotated[PreviewService, Depends(provided(PreviewService))]


@router.get("/{id:path}/preview", summary="Rows of a dataset, and figures for plots")
async def preview(
    id: str,
    previews: PreviewDep,
    owner: Owner,
    limit: Annotated[int, Query(ge=1, le=MAX_PAGE)] = 20,
    offset: Annotated[int, Query(ge=0, le=MAX_ROWS)] = 0,
    statistics: Annotated[bool, Query(description="false: only the rows")] = True,
) -> Ok[PreviewView]:
    """The figures are those of at most a million rows, and of what is read in 20 s: then they are `truncated`."""
    return Ok(data=await previews.preview(id, offset, limit, owner, statistics=statistics))


@router.head("/{id:path}/audio/{row}", include_in_schema=False)
@router.get(
    "/{id:path}/audio/{row}",
    summary="The recording of a row; supports Range and ETag",
    response_class=Response,
    responses={
        200: {"content": {"audio/wav": {}, "audio/mpeg": {}}, "description": "in the format of the dataset"},
        206: {"description": "a part of it"},
        304: {"description": "the client has it already"},
    },
)
async def audio(
    id: str,
    row: Annotated[int, Path(ge=0, le=MAX_ROWS)],
    request: Request,
    previews: PreviewDep,
    owner: Owner,
    revoked: Revoked,
) -> Response:
    recording = await previews.recording(id, row, owner)
    headers = {"ETag": recording.etag, "Cache-Control": "private, no-cache"}
    if not_modified(request.headers, recording.etag):
        return Response(status_code=304, headers=headers)
    response = RevocableFile(recording.path, revoked, media_type=recording.media_type)
    response.headers.update(headers)
    return response

"""`/api/voices/{id}/files`"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response

from services.gateway.auth import Caller
from services.gateway.auth.revocation import Revoked
from services.gateway.conditional import not_modified
from services.gateway.dependencies import provided
from services.gateway.envelope import Ok
from services.gateway.revocable import RevocableFile
from services.gateway.speech.files import VoiceFiles, VoiceFilesView

router = APIRouter(prefix="/api/voices", tags=["speech"])

FilesDep = Annotated[VoiceFiles, Depends(provided(VoiceFiles))]
# Browsers store a voice of 60 MB, and ask before each use: it may have been trained again, or taken from the account.
_CACHE = "private, no-cache"
_TYPES = {".json": "application/json", ".txt": "text/plain; charset=utf-8"}
_FILE = "application/octet-stream"


@router.get("/{id:path}/files", summary="The files of an installed voice")
async def listing(id: str, files: FilesDep, caller: Caller) -> Ok[VoiceFilesView]:
    """For speech in the browser. The built-in voice has no files."""
    return Ok(data=await files.list(id, caller))


@router.head("/{id:path}/files/{path:path}", include_in_schema=False)
@router.get(
    "/{id:path}/files/{path:path}",
    summary="A file of a voice; supports Range and If-None-Match",
    response_class=Response,
    responses={200: {"content": {_FILE: {}}, "description": "the file"}, 304: {"description": "it has not changed"}},
)
async def file(
    id: str,
    path: str,
    request: Request,
    files: FilesDep,
    caller: Caller,
    revoked: Revoked,
    _if_none_match: Annotated[str, Header(alias="if-none-match")] = "",
) -> Response:
    found = await files.find(id, path, caller)
    headers = {"ETag": found.tag, "Cache-Control": _CACHE, "X-Content-Type-Options": "nosniff"}
    if not_modified(request.headers, found.tag):
        return Response(status_code=304, headers=headers)
    return RevocableFile(
        found.path, revoked, media_type=_TYPES.get(found.path.suffix, _FILE), filename=found.name, headers=headers
    )

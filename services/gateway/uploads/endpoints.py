"""`/api/uploads`: resumable uploads by tus 1.0, with its extensions creation, termination and expiration."""

from __future__ import annotations

from email.utils import format_datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Request, Response

from services.gateway.auth import Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok
from services.gateway.uploads.files import OpenUpload
from services.gateway.uploads.protocol import (
    CONTENT_TYPE,
    EXTENSIONS,
    PREFIX,
    VERSION,
    check_content_type,
    check_version,
    whole_number,
)
from services.gateway.uploads.schemas import UploadView
from services.gateway.uploads.service import UploadsService
from shared.contracts.errors import Validation

router = APIRouter(prefix=PREFIX, tags=["uploads"])

UploadsDep = Annotated[UploadsService, Depends(provided(UploadsService))]

TusVersion = Annotated[str | None, Header(alias="Tus-Resumable", description=f"{VERSION}; required")]

_VERSION: dict[int | str, dict[str, Any]] = {412: {"model": ErrorAnswer, "description": "VALIDATION: not tus 1.0.0"}}
_PART: dict[int | str, dict[str, Any]] = {
    **_VERSION,
    409: {"model": ErrorAnswer, "description": "CONFLICT: Upload-Offset is not the number of bytes that are here"},
    415: {"model": ErrorAnswer, "description": f"VALIDATION: the Content-Type is not {CONTENT_TYPE}"},
    423: {"model": ErrorAnswer, "description": "CONFLICT: another request is writing to this upload"},
}
_BYTES = {"requestBody": {"content": {CONTENT_TYPE: {"schema": {"type": "string", "format": "binary"}}}}}


def _of_tus(request: Request, _version: TusVersion = None) -> None:
    check_version(request.headers)


_TUS = [Depends(_of_tus)]


@router.options("", status_code=204, summary="Version, extensions and limits of tus", response_class=Response)
@router.options("/{id}", status_code=204, include_in_schema=False, response_class=Response)
async def options(uploads: UploadsDep) -> Response:
    headers = {"Tus-Version": VERSION, "Tus-Extension": EXTENSIONS, "Tus-Max-Size": str(uploads.max_bytes)}
    return Response(status_code=204, headers=headers)


@router.post(
    "", status_code=201, summary="Create a resumable upload", response_class=Response,
    responses=_VERSION, dependencies=_TUS,
)  # fmt: skip
async def create(
    request: Request,
    uploads: UploadsDep,
    owner: Owner,
    _length: Annotated[str | None, Header(alias="Upload-Length", description="bytes of the whole file")] = None,
    metadata: Annotated[str, Header(alias="Upload-Metadata", description="`filename <base64>`, …")] = "",
) -> Response:
    """`Location` is the address of the upload. Its bytes follow with PATCH."""
    if "upload-defer-length" in request.headers or "upload-concat" in request.headers:
        raise Validation("Deferred lengths and concatenation are not offered.", hint="Send Upload-Length.")
    upload = await uploads.create(whole_number(request.headers, "Upload-Length"), metadata, owner)
    location = {"Location": f"{PREFIX}/{upload.record.id}"}
    return Response(status_code=201, headers=location | _expiry(uploads, upload))


@router.get("", summary="Your open uploads, the oldest first")
async def listing(uploads: UploadsDep, owner: Owner) -> Ok[list[UploadView]]:
    return Ok(data=[uploads.view(upload) for upload in await uploads.all(owner)])


@router.get("/{id}", summary="One open upload")
async def show(id: str, uploads: UploadsDep, owner: Owner) -> Ok[UploadView]:
    return Ok(data=uploads.view(await uploads.get(id, owner)))


@router.head("/{id}", summary="The offset of an upload", response_class=Response, responses=_VERSION, dependencies=_TUS)
async def offset(id: str, uploads: UploadsDep, owner: Owner) -> Response:
    upload = await uploads.get(id, owner)
    headers = {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.record.length)}
    if upload.record.metadata:
        headers["Upload-Metadata"] = upload.record.metadata
    return Response(status_code=200, headers=headers | _expiry(uploads, upload))


@router.patch(
    "/{id}", status_code=204, summary="Send a part of an upload", response_class=Response,
    responses=_PART, dependencies=_TUS, openapi_extra=_BYTES,
)  # fmt: skip
async def append(
    id: str,
    request: Request,
    uploads: UploadsDep,
    owner: Owner,
    _offset: Annotated[str | None, Header(alias="Upload-Offset", description="the bytes that are here")] = None,
) -> Response:
    """What has arrived stays, however the request ends. After a broken connection HEAD says where to go on."""
    check_content_type(request.headers)
    start = whole_number(request.headers, "Upload-Offset")
    announced = whole_number(request.headers, "Content-Length") if "content-length" in request.headers else None
    upload = await uploads.append(id, start, announced, request.stream(), owner)
    return Response(status_code=204, headers={"Upload-Offset": str(upload.offset)} | _expiry(uploads, upload))


@router.delete("/{id}", status_code=204, summary="Delete an upload", response_class=Response,
               responses=_VERSION, dependencies=_TUS)  # fmt: skip
async def delete(id: str, uploads: UploadsDep, owner: Owner) -> Response:
    await uploads.remove(id, owner)
    return Response(status_code=204)


def _expiry(uploads: UploadsService, upload: OpenUpload) -> dict[str, str]:
    return {"Upload-Expires": format_datetime(uploads.expires_at(upload), usegmt=True)}

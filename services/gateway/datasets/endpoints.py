"""`/api/datasets`"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response

from services.gateway.auth import IdempotencyKey, Owner
from services.gateway.datasets.schemas import DatasetView, ImportRequest
from services.gateway.datasets.service import DatasetsService
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok
from shared.contracts.jobs import Job
from shared.contracts.kinds import SCAN
from shared.contracts.kinds.scan import ScanView

router = APIRouter(prefix="/api/datasets", tags=["datasets"])

DatasetsDep = Annotated[DatasetsService, Depends(provided(DatasetsService))]

_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file", "name"],
                    "properties": {
                        "file": {
                            "type": "string",
                            "format": "binary",
                            "description": "a zip or tar, in LJSpeech's layout or of files of texts; or one such file: "
                            ".jsonl, .csv, .tsv, .parquet, .txt, SQuAD's .json",
                        },
                        "name": {"type": "string", "example": "my-voice"},
                        "format": {"type": "string", "enum": ["auto", "ljspeech", "text"], "default": "auto"},
                    },
                }
            }
        },
    }
}


@router.post("", status_code=201, summary="Upload a dataset", openapi_extra=_FORM, responses={202: {}})
async def upload(
    request: Request, response: Response, datasets: DatasetsDep, owner: Owner, key: IdempotencyKey = None
) -> Ok[DatasetView | ScanView]:
    """201 with the dataset and its statistics, or 202 with a job when it is large."""
    content_type = request.headers.get("content-type", "")
    done = await datasets.upload(request.stream(), content_type, owner, key)
    if isinstance(done, Job):
        response.status_code = 202
        response.headers["Location"] = f"/api/datasets/imports/{done.id}"
        return Ok(data=SCAN.view(done))
    response.headers["Location"] = f"/api/datasets/{quote(done.id)}"
    return Ok(data=done)


@router.get("", summary="Installed datasets")
async def listing(datasets: DatasetsDep, owner: Owner) -> Ok[list[DatasetView]]:
    return Ok(data=await datasets.list(owner))


@router.post(
    "/imports",
    status_code=202,
    summary="Import a resumable upload",
    responses={409: {"model": ErrorAnswer, "description": "CONFLICT: it is not complete, or the name is used"}},
)
async def start_import(request: ImportRequest, response: Response, datasets: DatasetsDep, owner: Owner) -> Ok[ScanView]:
    """The upload is gone afterwards. A repeated request returns the same job."""
    job = await datasets.import_upload(request, owner)
    response.headers["Location"] = f"/api/datasets/imports/{job.id}"
    return Ok(data=SCAN.view(job))


@router.get("/imports/{job}", summary="The state of an upload's import")
async def import_job(job: str, datasets: DatasetsDep, owner: Owner) -> Ok[ScanView]:
    return Ok(data=SCAN.view(await datasets.import_job(job, owner)))


@router.get("/{id:path}", summary="One dataset and its statistics")
async def show(id: str, datasets: DatasetsDep, owner: Owner) -> Ok[DatasetView]:
    return Ok(data=await datasets.show(id, owner))

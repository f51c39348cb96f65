"""`/api/assets`, its parts by kind, and `/api/sources/installed…`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.gateway.assets.installed import InstalledService
from services.gateway.assets.schemas import (
    AssetList,
    AssetView,
    Installed,
    InstalledKind,
    Removed,
    VerifyRequest,
    asset_view,
)
from services.gateway.assets.service import AssetsService
from services.gateway.auth import Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok
from shared.contracts.kinds import SCAN
from shared.contracts.kinds.scan import ScanView

router = APIRouter(prefix="/api", tags=["assets"])

AssetsDep = Annotated[AssetsService, Depends(provided(AssetsService))]
InstalledDep = Annotated[InstalledService, Depends(provided(InstalledService))]


@router.get("/assets", summary="Installed assets with totals")
async def listing(assets: AssetsDep, owner: Owner) -> Ok[AssetList]:
    return Ok(data=await assets.listing(owner))


@router.get("/training/assets", summary="Assets that a training run can start from")
async def for_training(assets: AssetsDep, _: Owner) -> Ok[list[AssetView]]:
    return Ok(data=[asset_view(asset) for asset in await assets.all() if asset.status == "ready"])


@router.get("/catalog/models", summary="Installed models")
async def models(assets: AssetsDep, _: Owner) -> Ok[list[AssetView]]:
    return Ok(data=[asset_view(asset) for asset in await assets.all("model")])


@router.get("/catalog/datasets", summary="Installed datasets")
async def datasets(assets: AssetsDep, _: Owner) -> Ok[list[AssetView]]:
    return Ok(data=[asset_view(asset) for asset in await assets.all("dataset")])


@router.get("/sources/installed", summary="Installed models and datasets, from the scanner")
async def installed(installed: InstalledDep, _: Owner) -> Ok[Installed]:
    return Ok(data=await installed.list())


@router.post(
    "/sources/installed/verify",
    summary="Hash all files and compare them with the manifest",
    responses={202: {"description": "it takes longer; watch the job"}},
)
async def verify(request: VerifyRequest, response: Response, installed: InstalledDep, owner: Owner) -> Ok[ScanView]:
    """`result` lists damaged files; an empty list means that all files match their manifest."""
    job = await installed.verify(request.id, request.kind, owner)
    if not job.terminal:
        response.status_code = 202
        response.headers["Location"] = f"/api/sources/installed/verify/{job.id}"
    return Ok(data=SCAN.view(job))


@router.get("/sources/installed/verify/{job}", summary="The state of a verification")
async def verification(job: str, installed: InstalledDep, owner: Owner) -> Ok[ScanView]:
    return Ok(data=SCAN.view(await installed.verification(job, owner)))


@router.delete(
    "/sources/installed/{id:path}",
    summary="Remove an asset from disk",
    responses={409: {"model": ErrorAnswer, "description": "CONFLICT: a download or a run uses it"}},
)
async def remove(id: str, installed: InstalledDep, _: Owner, kind: InstalledKind | None = None) -> Ok[Removed]:
    asset = await installed.remove(id, kind)
    return Ok(data=Removed(id=asset.id, kind=asset.kind, freed=asset.size))

"""`/api/assets`, its parts by kind, and `/api/sources/installed…`."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.gateway.assets.schemas import (
    AssetList,
    AssetView,
    Installed,
    InstalledKind,
    Removed,
    VerifyWish,
    asset_view,
)
from services.gateway.context import Owner, Parts
from services.gateway.envelope import ErrorAnswer, Ok
from shared.contracts.kinds import SCAN
from shared.contracts.kinds.scan import ScanView

router = APIRouter(prefix="/api", tags=["assets"])


@router.get("/assets", summary="Everything on disk, with totals")
async def listing(parts: Parts, owner: Owner) -> Ok[AssetList]:
    return Ok(data=await parts.assets.listing(owner))


@router.get("/training/assets", summary="What a training run can start from")
async def for_training(parts: Parts, _: Owner) -> Ok[list[AssetView]]:
    return Ok(data=[asset_view(asset) for asset in await parts.assets.all() if asset.status == "ready"])


@router.get("/catalog/models", summary="The models on disk")
async def models(parts: Parts, _: Owner) -> Ok[list[AssetView]]:
    return Ok(data=[asset_view(asset) for asset in await parts.assets.all("model")])


@router.get("/catalog/datasets", summary="The datasets on disk")
async def datasets(parts: Parts, _: Owner) -> Ok[list[AssetView]]:
    return Ok(data=[asset_view(asset) for asset in await parts.assets.all("dataset")])


@router.get("/sources/installed", summary="Models and datasets on disk, as the scanner found them")
async def installed(parts: Parts, _: Owner) -> Ok[Installed]:
    return Ok(data=await parts.installed.list())


@router.post(
    "/sources/installed/verify",
    summary="Read every file again and compare it with the manifest",
    responses={202: {"description": "it takes longer; watch the job"}},
)
async def verify(wish: VerifyWish, response: Response, parts: Parts, owner: Owner) -> Ok[ScanView]:
    """`result` lists what is damaged; nothing listed means that every file is as it was installed."""
    job = await parts.installed.verify(wish.id, wish.kind, owner)
    if not job.terminal:
        response.status_code = 202
        response.headers["Location"] = f"/api/sources/installed/verify/{job.id}"
    return Ok(data=SCAN.view(job))


@router.get("/sources/installed/verify/{job}", summary="A verification that takes longer")
async def verification(job: str, parts: Parts, owner: Owner) -> Ok[ScanView]:
    return Ok(data=SCAN.view(await parts.installed.verification(job, owner)))


@router.delete(
    "/sources/installed/{id:path}",
    summary="Remove it from disk",
    responses={409: {"model": ErrorAnswer, "description": "CONFLICT: a download or a run uses it"}},
)
async def remove(id: str, parts: Parts, _: Owner, kind: InstalledKind | None = None) -> Ok[Removed]:
    asset = await parts.installed.remove(id, kind)
    return Ok(data=Removed(id=asset.id, kind=asset.kind, freed=asset.size))

"""`/api/assets`, its parts by kind, and `/api/sources/installed…`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from services.gateway.assets.installed import InstalledService
from services.gateway.assets.listing import AssetListing
from services.gateway.assets.schemas import (
    AssetList,
    AssetView,
    ChangeAssetRequest,
    Installed,
    InstalledKind,
    Removed,
    VerifyRequest,
    asset_view,
)
from services.gateway.assets.service import AssetsService
from services.gateway.assets.sharing import SharingService
from services.gateway.auth import Caller, Owner
from services.gateway.dependencies import provided
from services.gateway.envelope import ErrorAnswer, Ok
from shared.contracts.kinds import SCAN
from shared.contracts.kinds.scan import ScanView

router = APIRouter(prefix="/api", tags=["assets"])

AssetsDep = Annotated[AssetsService, Depends(provided(AssetsService))]
ListingDep = Annotated[AssetListing, Depends(provided(AssetListing))]
InstalledDep = Annotated[InstalledService, Depends(provided(InstalledService))]
SharingDep = Annotated[SharingService, Depends(provided(SharingService))]


@router.get("/assets", summary="Installed assets with their uses, and totals")
async def listing(assets: ListingDep, caller: Caller) -> Ok[AssetList]:
    """What uses each asset, when it was used last, and whether you can remove it."""
    return Ok(data=await assets(caller))


@router.patch(
    "/assets/{id:path}",
    summary="Share an asset with every account, or make it private",
    responses={
        403: {"model": ErrorAnswer, "description": "FORBIDDEN: it is shared by somebody else"},
        409: {"model": ErrorAnswer, "description": "CONFLICT: it is gated or private on the Hub"},
    },
)
async def change(id: str, request: ChangeAssetRequest, sharing: SharingDep, caller: Caller) -> Ok[AssetView]:
    return Ok(data=await sharing.change(id, request.kind, request.visibility, caller))


@router.get("/training/assets", summary="Assets that a training run can start from")
async def for_training(assets: AssetsDep, owner: Owner) -> Ok[list[AssetView]]:
    return Ok(data=[asset_view(asset, owner) for asset in await assets.all(owner) if asset.status == "ready"])


@router.get("/catalog/models", summary="Installed models")
async def models(assets: AssetsDep, owner: Owner) -> Ok[list[AssetView]]:
    return Ok(data=[asset_view(asset, owner) for asset in await assets.all(owner, "model")])


@router.get("/catalog/datasets", summary="Installed datasets")
async def datasets(assets: AssetsDep, owner: Owner) -> Ok[list[AssetView]]:
    return Ok(data=[asset_view(asset, owner) for asset in await assets.all(owner, "dataset")])


@router.get("/sources/installed", summary="Installed models and datasets, from the scanner")
async def installed(installed: InstalledDep, owner: Owner) -> Ok[Installed]:
    return Ok(data=await installed.list(owner))


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
    summary="Remove an asset; its files stay on disk while somebody else has downloaded it too",
    responses={
        403: {"model": ErrorAnswer, "description": "FORBIDDEN: it is shared by somebody else"},
        409: {"model": ErrorAnswer, "description": "CONFLICT: a download or a run uses it"},
    },
)
async def remove(id: str, installed: InstalledDep, caller: Caller, kind: InstalledKind | None = None) -> Ok[Removed]:
    return Ok(data=await installed.remove(id, kind, caller))

"""`/api/assets`, `/api/training/assets` and `/api/sources/installed`."""

from __future__ import annotations

from fastapi import APIRouter

from services.gateway.assets.schemas import AssetList, AssetView, Installed, asset_view
from services.gateway.context import Owner, Parts
from services.gateway.envelope import Ok

router = APIRouter(prefix="/api", tags=["assets"])


@router.get("/assets", summary="Everything on disk, with totals")
async def listing(parts: Parts, owner: Owner) -> Ok[AssetList]:
    return Ok(data=await parts.assets.listing(owner))


@router.get("/training/assets", summary="What a training run can start from")
async def for_training(parts: Parts, _: Owner) -> Ok[list[AssetView]]:
    return Ok(data=[asset_view(asset) for asset in await parts.assets.all({"status": "ready"})])


@router.get("/sources/installed", summary="Models and datasets on disk, as the scanner found them")
async def installed(parts: Parts, _: Owner) -> Ok[Installed]:
    return Ok(data=await parts.assets.installed())
